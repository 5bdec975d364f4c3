// Runs once, when the filters are on the page; `element`, `trigger` and `watch` come from Gradio.
const send = (form) => trigger("filter", { wanted: {
  since: form.elements.since.value,
  until: form.elements.until.value,
  sources: [...form.querySelectorAll("input[name=source]:checked")].map((box) => box.value),
} });
element.addEventListener("change", (event) => send(event.target.form));
element.addEventListener("reset", (event) => {
  event.preventDefault();
  trigger("filter", { wanted: {} });
});
// Attributes say what the server knows; what a reader has touched follows only when told to.
watch("value", () => {
  for (const box of element.querySelectorAll("input")) {
    if (box.type === "checkbox") box.checked = box.hasAttribute("checked");
    else box.value = box.getAttribute("value") ?? "";
  }
});

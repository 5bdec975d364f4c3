// Runs once, when the list of conversations is on the page; `element` and `trigger` come from Gradio.
const rename = (item) => {
  const title = item.querySelector(".title");
  const box = document.createElement("input");
  box.value = title.textContent;
  box.maxLength = 80;
  box.setAttribute("aria-label", "Tên mới");
  const end = (save) => {
    if (!box.isConnected) return;
    const words = box.value.trim();
    box.replaceWith(title);
    title.focus();
    if (save && words && words !== title.textContent) {
      trigger("manage", { action: "rename", conversation: item.dataset.conversation, title: words });
    }
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") end(true);
    if (event.key === "Escape") end(false);
  });
  box.addEventListener("blur", () => end(true));
  title.replaceWith(box);
  box.select();
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-action]");
  if (!button) return;
  const { action, conversation } = button.dataset;
  if (action === "rename") rename(button.closest("li"));
  else trigger("manage", { action, conversation });
  if (action === "show") document.querySelector("#columns").classList.remove("past-open"); // over the chat on a phone
});

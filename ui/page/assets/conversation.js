// Runs once, when the conversation is on the page; `element`, `trigger` and `watch` come from Gradio.
document.documentElement.lang = "vi"; // Gradio has meanwhile set the language of the browser
// One listener for all buttons, now and later: what they mean stands in their data attributes.
const markdownOf = (turns) => [...turns].map((turn) => turn.dataset.markdown).filter(Boolean).join("\n");

const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement("textarea"); // pages that are not served from this machine or by https
  box.value = text;
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
};

const save = (text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = "hoi-dap.md";
  link.click();
  URL.revokeObjectURL(link.href);
};

element.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-action]");
  if (!button) return;
  const { action, question, article, number, turn } = button.dataset;
  if (action === "ask") trigger("ask", { question });
  else if (action === "open") trigger("open", { turn: Number(turn), article, number: Number(number ?? 0) });
  else if (action === "save") save(markdownOf([button.closest(".turn")]));
  else if (action === "copy") {
    await copy(markdownOf([button.closest(".turn")]));
    button.textContent = "Đã sao chép";
    setTimeout(() => { button.textContent = "Sao chép"; }, 1500);
  } else trigger("act", { action, turn: Number(turn) });
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-save-all]")) save(markdownOf(element.querySelectorAll(".turn")));
});

element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const reason = form.querySelector("input:checked")?.value ?? "other";
  trigger("act", { action: "reason", turn: Number(form.dataset.turn), reason, comment: form.querySelector("textarea").value });
});

// The quote beside a citation that is pointed at or focused; Escape hides it.
const tip = document.createElement("div");
tip.className = "quote-tip";
tip.setAttribute("role", "tooltip");
tip.id = "quote-tip";
tip.hidden = true;
tip.append(document.createElement("q"), document.createElement("cite"));
document.body.append(tip);
const showTip = (event) => {
  const button = event.target.closest?.(".citation");
  if (!button || !element.contains(button)) return;
  tip.querySelector("q").textContent = button.dataset.quote;
  tip.querySelector("cite").textContent = button.dataset.title;
  tip.hidden = false;
  button.setAttribute("aria-describedby", tip.id);
  const at = button.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - 16), window.innerWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 8;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 0 ? above : at.bottom + 8}px`;
};
const hideTip = () => { tip.hidden = true; };
for (const kind of ["mouseover", "focusin"]) element.addEventListener(kind, showTip);
for (const kind of ["mouseout", "focusout", "click"]) element.addEventListener(kind, hideTip);
document.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
document.addEventListener("scroll", hideTip, { passive: true });

// A new question comes to the top; what is added below it is followed only by a reader who is at the end.
let turns = 0;
let atEnd = true;
document.addEventListener("scroll", () => {
  atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 80;
}, { passive: true });
watch("value", () => {
  const all = element.querySelectorAll(".turn");
  const last = all[all.length - 1];
  if (all.length > turns) last.scrollIntoView({ block: "start" });
  else if (last && atEnd) last.lastElementChild.scrollIntoView({ block: "nearest" });
  turns = all.length;
});

// Runs once, when the conversation is on the page; `element`, `trigger` and `watch` come from Gradio.
// One listener for all buttons, now and later: what they mean stands in their data attributes.
document.documentElement.lang = "vi";

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.question) {
    trigger("ask", { question: button.dataset.question });
  } else if (button?.dataset.article) {
    const { turn, article, number } = button.dataset;
    trigger("open", { turn: Number(turn), article, number: Number(number ?? 0) });
  }
});

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

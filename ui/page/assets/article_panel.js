// Runs once, when the panel of an article is on the page; `element`, `props` and `watch` come from Gradio.
// Shows the cited words of an article that has just been opened, and leads back from it.
const show = (target) => {
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
};
watch("value", () => {
  const article = element.querySelector(".reader");
  if (article) show(element.querySelector("mark.clicked") ?? element.querySelector("mark") ?? element.querySelector("h2"));
});

const close = () => {
  const article = element.querySelector(".reader");
  if (!article) return;
  const { turn, article: id, number } = article.dataset;
  const opener = [...document.querySelectorAll("button[data-action=open]")].find(
    (button) => button.dataset.article === id && (button.dataset.turn ?? turn) === turn
      && (button.dataset.number ?? "") === number,
  );
  props.value = props.nothing_open;
  opener?.scrollIntoView({ block: "nearest" });
  opener?.focus({ preventScroll: true });
};
element.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-jump]");
  if (jump) {
    element.querySelector("mark.clicked")?.classList.remove("clicked");
    const mark = element.querySelector(`mark[data-number="${Number(jump.dataset.jump)}"]`);
    mark.classList.add("clicked");
    show(mark);
  } else if (event.target.closest("[data-close]")) close();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && close());

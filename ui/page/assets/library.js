// Runs once, when the drop zone is on the page; `element`, `trigger` and `upload` come from Gradio.
// Files are sent one after another, so that "2/5" is true; what cannot be taken is named and not sent.
const zone = element.querySelector(".drop");
const files = element.querySelector("#files");
const newer = element.querySelector("#newer");
const sending = element.querySelector(".sending");
const { most, bytes } = zone.dataset;
let replaces = "";

const send = async (chosen, replaced) => {
  if (!chosen.length) return;
  if (chosen.length > Number(most)) {
    sending.textContent = `Mỗi lần chỉ tải lên được ${most} tệp. Hãy chia nhỏ.`;
    return;
  }
  const sent = [];
  const left = [];
  for (const [place, file] of [...chosen].entries()) {
    sending.textContent = `Đang tải lên ${place + 1}/${chosen.length}: ${file.name}`;
    if (file.size > Number(bytes)) left.push(`${file.name} (quá lớn)`);
    else if (file.size === 0) left.push(`${file.name} (tệp rỗng)`);
    else {
      try {
        const { path } = await upload(file);
        sent.push({ path, name: file.name });
      } catch {
        left.push(`${file.name} (không tải lên được)`);
      }
    }
  }
  sending.textContent = left.length ? `Bỏ qua: ${left.join(", ")}.` : "";
  if (sent.length) trigger("uploaded", { files: sent, replaces: replaced });
};

files.addEventListener("change", async () => { await send(files.files, ""); files.value = ""; });
newer.addEventListener("change", async () => { await send(newer.files, replaces); newer.value = ""; });
zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
zone.addEventListener("dragleave", () => zone.classList.remove("over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  zone.classList.remove("over");
  send(event.dataTransfer.files, "");
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("#shelf button[data-action=update]");
  if (!button) return;
  replaces = button.dataset.article;
  newer.click();
});

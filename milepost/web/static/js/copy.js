// [data-copy] puts its text, or the address of the page when it is empty, on the clipboard, and says so for a moment.
document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (!button || !navigator.clipboard) return;
  event.preventDefault();
  await navigator.clipboard.writeText(button.dataset.copy || location.href);
  const words = button.querySelector('[data-copied]');
  if (!words) return;
  const before = words.textContent;
  words.textContent = words.dataset.copied;
  setTimeout(() => { words.textContent = before; }, 2000);
});

// [data-copy] puts the address of the page on the clipboard, or what stands in the element it names ("#link").
document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (!button || !navigator.clipboard) return;
  event.preventDefault();
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source ? source.value ?? source.textContent.trim() : location.href);
  const words = document.getElementById('copied');
  document.getElementById('toasts')?.append(words.content.cloneNode(true));
  document.dispatchEvent(new Event('toasts:added'));
});

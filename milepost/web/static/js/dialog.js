// [data-opens="id"] opens a dialog over the page; [data-closes] inside it closes it. Without scripts the link leads on.
document.addEventListener('click', event => {
  const opener = event.target.closest?.('[data-opens]');
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest?.('[data-closes]')) event.target.closest('dialog')?.close();
  if (event.target.matches?.('dialog')) event.target.close();
});
// A part swapped in may bring a dialog that wants to be seen, such as one with errors in it.
document.addEventListener('htmx:load', event => {
  event.target.querySelectorAll('dialog[data-open-now]').forEach(dialog => { if (!dialog.open) dialog.showModal(); });
});

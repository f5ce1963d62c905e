// A form[data-guard] with something typed into it asks before the page is left.
const dirty = new Set();
document.addEventListener('input', event => {
  const form = event.target.form;
  if (form?.hasAttribute('data-guard')) dirty.add(form);
});
document.addEventListener('submit', event => dirty.delete(event.target));
document.addEventListener('reset', event => dirty.delete(event.target));
addEventListener('beforeunload', event => {
  if ([...dirty].some(form => form.isConnected)) event.preventDefault();
});

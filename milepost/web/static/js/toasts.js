// A message can be put away; one that needs no answer goes by itself, but not while somebody is on it.
const LONG_ENOUGH = 8000;
document.addEventListener('click', event => event.target.closest?.('[data-dismiss]')?.closest('.toast').remove());
const leave = toast => {
  if (toast.matches(':hover, :focus-within')) return setTimeout(leave, LONG_ENOUGH, toast);
  toast.remove();
};
const watch = () => document.querySelectorAll('.toast[data-passes]:not([data-seen])').forEach(toast => {
  toast.dataset.seen = '';
  setTimeout(leave, LONG_ENOUGH, toast);
});
watch();
document.addEventListener('htmx:afterSettle', watch);
document.addEventListener('toasts:added', watch);

// A message can be put away; one that needs no answer goes by itself, but not while somebody is on it.
// On a phone it lies over the page's buttons: there it goes sooner, and a tap anywhere on it puts it away.
const NARROW = matchMedia('(max-width: 720px)');
const LONG_ENOUGH = NARROW.matches ? 5000 : 8000;
document.addEventListener('click', event => event.target.closest?.('[data-dismiss]')?.closest('.toast').remove());
document.addEventListener('click', event => {
  if (NARROW.matches && !event.target.closest?.('a, button, form')) event.target.closest?.('.toast[data-passes]')?.remove();
});
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

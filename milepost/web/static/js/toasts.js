// A message can be put away; one that needs no answer goes by itself, but not while somebody is on it.
// On a phone it lies over the page's buttons: there it goes sooner, and a tap anywhere on it puts it away.
// Who reads a long one is given the time: so many milliseconds for each of its letters.
// A message that has the focus only because the page began there waits a little longer; one whose button has it, stays.
const NARROW = matchMedia('(max-width: 720px)');
const LONG_ENOUGH = NARROW.matches ? 5000 : 8000;
const A_LETTER = 60;
const TO_READ = NARROW.matches ? 1 : 3;
document.addEventListener('click', event => event.target.closest?.('[data-dismiss]')?.closest('.toast').remove());
document.addEventListener('click', event => {
  if (NARROW.matches && !event.target.closest?.('a, button, form')) event.target.closest?.('.toast[data-passes]')?.remove();
});
const leave = (toast, rounds) => {
  const stays = toast.matches(':hover, :has(:is(a, button):focus)') || (rounds > 1 && toast.matches(':focus-within'));
  if (stays) return setTimeout(leave, LONG_ENOUGH, toast, rounds - 1);
  toast.remove();
};
const watch = () => document.querySelectorAll('.toast[data-passes]:not([data-seen])').forEach(toast => {
  toast.dataset.seen = '';
  const long = Math.max(LONG_ENOUGH, A_LETTER * toast.querySelector('p').textContent.length);
  setTimeout(leave, NARROW.matches && toast.querySelector('form') ? Math.max(long, 2 * LONG_ENOUGH) : long, toast, TO_READ);
});
watch();
document.addEventListener('htmx:afterSettle', watch);
document.addEventListener('toasts:added', watch);

// A request that failed says so and leaves the page, with what was typed, as it was.
const say = id => {
  const words = document.getElementById(id);
  const toasts = document.getElementById('toasts');
  if (words && toasts) toasts.replaceChildren(words.content.cloneNode(true));
};
document.addEventListener('htmx:sendError', () => say('failed-to-send'));
document.addEventListener('htmx:timeout', () => say('failed-to-send'));
document.addEventListener('htmx:responseError', event => {
  say({ 403: 'not-allowed', 404: 'not-found' }[event.detail.xhr.status] || 'failed-to-answer');
});
// Where the session has ended, the answer is the sign-in page: go there instead of putting it into a row.
document.addEventListener('htmx:beforeSwap', event => {
  const login = document.body.dataset.login;
  const from = event.detail.xhr.responseURL;
  if (!login || !from || new URL(from).pathname !== login) return;
  event.detail.shouldSwap = false;
  location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

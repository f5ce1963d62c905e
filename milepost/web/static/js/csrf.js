// Every request that htmx sends carries the page's token; forms carry their own.
document.addEventListener('htmx:configRequest', event => {
  const token = document.querySelector('meta[name="csrf-token"]');
  if (token) event.detail.headers['X-CSRFToken'] = token.content;
});

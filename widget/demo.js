// Puts the clinic's name, phone and e-mail into the demo page. Called by demo.html only.

const asked = await fetch('/webhooks/website/settings', { credentials: 'omit' });
const { clinic } = await asked.json();
document.querySelectorAll('[data-fact=name]').forEach((one) => { one.textContent = clinic.name; });
document.title = clinic.name;
document.querySelectorAll('[data-fact=phone]').forEach((one) => {
  one.textContent = clinic.phone.text;
  one.setAttribute('href', clinic.phone.href);
});
document.querySelectorAll('[data-fact=email]').forEach((one) => {
  one.textContent = clinic.email;
  one.setAttribute('href', 'mailto:' + clinic.email);
});

export {};

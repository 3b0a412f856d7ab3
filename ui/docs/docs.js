// Starts Swagger UI on the document that the page names. A file of its own, so that the page needs no inline script.
"use strict";
window.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("spec");
  SwaggerUIBundle({
    url: new URL(place.dataset.url, window.location.href).href,
    domNode: place,
    deepLinking: true,
    displayOperationId: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
});

SwaggerUIBundle({
    url: '/api/v1/openapi.yaml',
    dom_id: '#api',
    deepLinking: true,
    validatorUrl: null,
    // The browser's own cookie is used, as on every page.
    withCredentials: true,
    tagsSorter: 'alpha',
});

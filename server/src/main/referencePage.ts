import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** Serves the page by itself, at the addresses it has in the product. */
async function loadPage(): Promise<FastifyInstance> {
  const { default: apiReference } = await import('@scalar/fastify-api-reference');
  const page = fastify();
  await page.register(apiReference, {
    routePrefix: '/reference',
    configuration: {
      url: '/openapi.json',
      // The page works offline: no fonts, no telemetry and no assistants from elsewhere.
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  return page;
}

/**
 * The page that shows every operation, at /reference. It weighs several megabytes and most processes are never asked for
 * it, so it is loaded by the first who asks.
 */
export function addReferencePage(server: FastifyInstance): void {
  let page: Promise<FastifyInstance> | undefined;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    page ??= loadPage();
    const { statusCode, headers, rawPayload } = await (await page).inject({ method: 'GET', url: request.url, headers: { host: request.host } });
    for (const name of ['content-type', 'location'] as const) {
      if (headers[name] !== undefined) reply.header(name, headers[name]);
    }
    return reply.code(statusCode).send(rawPayload);
  };
  server.get('/reference', answer);
  server.get('/reference/*', answer);
}

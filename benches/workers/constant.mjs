// Reads the body and answers what it was told to: what a Worker costs that does nothing.
export default {
  async fetch(request, env) {
    await request.arrayBuffer();
    return new Response(env.BODY, { headers: env.HEADERS });
  },
};

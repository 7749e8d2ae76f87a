// The same, and one line on the console: every exchange leaves an audit event there.
export default {
  async fetch(request, env) {
    await request.arrayBuffer();
    console.log(env.LINE);
    return new Response(env.BODY, { headers: env.HEADERS });
  },
};

// fastify around onnxruntime-node; prints its URL. Arguments: a folder (not used), the graph.
import Fastify from "fastify";
import { InferenceSession, Tensor } from "onnxruntime-node";

const session = await InferenceSession.create(process.argv[3], { intraOpNumThreads: 1 });
const app = Fastify({ logger: false });
app.addContentTypeParser("text/csv", { parseAs: "string" }, (request, body, done) => done(null, body));
app.post("/invocations", async (request, reply) => {
  const values = Float32Array.from(request.body.trim().split(","), (c) => (c === "" ? NaN : Number(c)));
  const { probabilities } = await session.run({ features: new Tensor("float32", values, [1, values.length]) }, ["probabilities"]);
  reply.type("text/csv").send(String(probabilities.data[1]));
});
console.log(await app.listen({ port: 0, host: "127.0.0.1" }));

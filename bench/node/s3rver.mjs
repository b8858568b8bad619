// s3rver on a free port; prints its URL. Argument: the folder that it keeps its objects in.
import S3rver from "s3rver";

const server = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory: process.argv[2] });
const { port } = await server.run();
console.log(`http://127.0.0.1:${port}`);

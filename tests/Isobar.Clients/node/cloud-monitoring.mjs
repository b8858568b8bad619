// Cloud Monitoring through Google's client: metrics of the user's own are described, written and read, aligned and reduced. The argument says how it speaks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import monitoring from "@google-cloud/monitoring";
import { grpc } from "google-gax";

const url = new URL(process.env.ISOBAR_GOOGLE_ENDPOINT);
const transport = process.argv[2] ?? "grpc";
const options = transport === "grpc"
  ? { apiEndpoint: url.hostname, port: Number(url.port), sslCreds: grpc.credentials.createInsecure() }
  : { apiEndpoint: url.hostname, port: Number(url.port), protocol: "http", fallback: true };
const client = new monitoring.MetricServiceClient(options);
const project = process.env.GOOGLE_CLOUD_PROJECT;
const name = `projects/${project}`;
const type = `custom.googleapis.com/shop/${randomBytes(4).toString("hex")}`;
const now = Math.floor(Date.now() / 60_000) * 60;
const resource = { type: "global", labels: { project_id: project } };
const point = (seconds, value, more = {}) => ({ interval: { endTime: { seconds }, ...more }, value });
const write = (shop, seconds, value, more = {}) => client.createTimeSeries({ name, timeSeries: [{ metric: { type, labels: { shop } }, resource, points: [point(seconds, value)], ...more }] });
const list = async (filter, aggregation, more = {}) => (await client.listTimeSeries({ name, filter, interval: { startTime: { seconds: now - 600 }, endTime: { seconds: now } }, aggregation, view: "FULL", ...more }))[0];
const value = (p) => Number(p.value.doubleValue ?? p.value.int64Value);
const fails = (promise, grpcCode, http) => assert.rejects(promise, (e) => Number(e.code) === (transport === "grpc" ? grpcCode : http) || assert.fail(e.stack));

async function descriptors() {
  const [made] = await client.createMetricDescriptor({ name, metricDescriptor: { type, metricKind: "GAUGE", valueType: "DOUBLE", unit: "1", labels: [{ key: "shop" }] } });
  assert.equal(made.name, `${name}/metricDescriptors/${type}`);
  assert.equal((await client.getMetricDescriptor({ name: made.name }))[0].valueType, "DOUBLE");
  assert.deepEqual((await client.listMetricDescriptors({ name, filter: `metric.type = starts_with("custom.googleapis.com/shop/${type.split("/").pop()}")` }))[0].map((d) => d.type), [type]);
  const [vertex] = await client.listMetricDescriptors({ name, filter: 'metric.type = starts_with("aiplatform.googleapis.com/")' });
  assert.ok(vertex.some((d) => d.type === "aiplatform.googleapis.com/prediction/online/prediction_latencies" && d.valueType === "DISTRIBUTION" && d.metricKind === "DELTA"));
  assert.ok((await client.listMonitoredResourceDescriptors({ name }))[0].some((r) => r.type === "aiplatform.googleapis.com/Endpoint"));
  assert.equal((await client.getMonitoredResourceDescriptor({ name: `${name}/monitoredResourceDescriptors/global` }))[0].type, "global");
}

async function gauges() {
  for (const [shop, minutes, v] of [["north", 4, 1], ["north", 3, 3], ["south", 4, 10], ["south", 3, 30], ["north", 1, 5]]) await write(shop, now - minutes * 60, { doubleValue: v });
  const [north] = await list(`metric.type="${type}" AND metric.labels.shop="north"`);
  assert.deepEqual(north.points.map(value), [5, 3, 1]);
  assert.deepEqual([north.metric.labels, north.resource.type, north.metricKind], [{ shop: "north" }, "global", "GAUGE"]);
  assert.equal((await list(`metric.type="${type}"`)).length, 2);
  const [sum] = await list(`metric.type="${type}" AND metric.labels.shop = one_of("north", "south")`, { alignmentPeriod: { seconds: 60 }, perSeriesAligner: "ALIGN_MEAN", crossSeriesReducer: "REDUCE_SUM" });
  assert.deepEqual(sum.points.map(value), [5, 33, 11]);
  const groups = await list(`metric.type="${type}"`, { alignmentPeriod: { seconds: 600 }, perSeriesAligner: "ALIGN_MAX", crossSeriesReducer: "REDUCE_MAX", groupByFields: ["metric.label.shop"] });
  assert.deepEqual(Object.fromEntries(groups.map((s) => [s.metric.labels.shop, value(s.points[0])])), { north: 5, south: 30 });
  assert.deepEqual((await list(`metric.type="${type}"`, undefined, { view: "HEADERS" })).map((s) => s.points.length), [0, 0]);
}

async function cumulative() {
  const counter = `${type}/count`;
  const start = now - 400;
  for (const [minutes, v] of [[4, 10], [3, 25], [2, 27]])
    await client.createTimeSeries({ name, timeSeries: [{ metric: { type: counter }, resource, metricKind: "CUMULATIVE", valueType: "INT64", points: [{ interval: { startTime: { seconds: start }, endTime: { seconds: now - minutes * 60 } }, value: { int64Value: v } }] }] });
  // Its first point has described it.
  assert.deepEqual((({ metricKind, valueType }) => [metricKind, valueType])((await client.getMetricDescriptor({ name: `${name}/metricDescriptors/${counter}` }))[0]), ["CUMULATIVE", "INT64"]);
  const [raw] = await list(`metric.type="${counter}"`);
  assert.deepEqual(raw.points.map(value), [27, 25, 10]);
  assert.equal(Number(raw.points[0].interval.startTime.seconds), start);
  const [delta] = await list(`metric.type="${counter}"`, { alignmentPeriod: { seconds: 60 }, perSeriesAligner: "ALIGN_DELTA" });
  assert.deepEqual(delta.points.map(value), [2, 15]);
  await client.deleteMetricDescriptor({ name: `${name}/metricDescriptors/${counter}` });
}

async function refused() {
  await fails(write("north", now - 60, { stringValue: "x" }), 12, 501);
  await fails(write("north", now - 60, { int64Value: 1 }), 3, 400);
  await fails(write("north", now - 200_000, { doubleValue: 1 }), 3, 400);
  await fails(client.createTimeSeries({ name, timeSeries: [{ metric: { type: "compute.googleapis.com/x" }, resource, points: [point(now, { doubleValue: 1 })] }] }), 3, 400);
  await fails(list(`metric.type="${type}"`, { alignmentPeriod: { seconds: 60 }, perSeriesAligner: "ALIGN_RATE" }), 3, 400);
  await fails(client.getMetricDescriptor({ name: `${name}/metricDescriptors/custom.googleapis.com/none` }), 5, 404);
  await fails(new monitoring.AlertPolicyServiceClient(options).createAlertPolicy({ name, alertPolicy: { displayName: "x" } }), 12, 501);
  await client.deleteMetricDescriptor({ name: `${name}/metricDescriptors/${type}` });
  await fails(client.getMetricDescriptor({ name: `${name}/metricDescriptors/${type}` }), 5, 404);
}

for (const flow of [descriptors, gauges, cumulative, refused]) {
  await flow();
  console.log(flow.name);
}

// CloudWatch through the AWS SDK for JavaScript, which speaks RPC v2 over CBOR, and Application Auto Scaling.
import assert from "node:assert/strict";
import * as cw from "@aws-sdk/client-cloudwatch";
import * as scaling from "@aws-sdk/client-application-auto-scaling";

const client = new cw.CloudWatchClient({});
const now = Date.now();
const span = { StartTime: new Date(now - 300_000), EndTime: new Date(now + 300_000) };
const Dimensions = [{ Name: "Who", Value: "node" }];
const rejects = async (promise, name) => {
  const error = await promise.then(() => assert.fail(`${name} expected`), (e) => e);
  assert.equal(error.name, name, error.stack);
};

await client.send(new cw.PutMetricDataCommand({ Namespace: "Mine", MetricData: [{ MetricName: "Load", Dimensions, Values: [1, 2.5, 3], Timestamp: new Date(now) }] }));
const statistics = await client.send(new cw.GetMetricStatisticsCommand({ Namespace: "Mine", MetricName: "Load", Dimensions, Period: 3600, Statistics: ["Sum"], ...span }));
assert.equal(statistics.Datapoints.reduce((sum, p) => sum + p.Sum, 0), 6.5);
assert.ok(statistics.Datapoints[0].Timestamp instanceof Date);
const data = await client.send(new cw.GetMetricDataCommand({ MetricDataQueries: [{ Id: "a", MetricStat: { Metric: { Namespace: "Mine", MetricName: "Load", Dimensions }, Period: 3600, Stat: "Maximum" } }], ...span }));
assert.deepEqual(data.MetricDataResults[0].Values, [3]);
const listed = await client.send(new cw.ListMetricsCommand({ Namespace: "Mine", Dimensions: [{ Name: "Who", Value: "node" }] }));
assert.deepEqual(listed.Metrics, [{ Namespace: "Mine", MetricName: "Load", Dimensions }]);

await client.send(new cw.PutMetricAlarmCommand({ AlarmName: "node-hot", Namespace: "Mine", MetricName: "Load", Dimensions, Statistic: "Maximum", Period: 60, EvaluationPeriods: 1, Threshold: 2, ComparisonOperator: "GreaterThanThreshold" }));
const { MetricAlarms: [alarm] } = await client.send(new cw.DescribeAlarmsCommand({ AlarmNames: ["node-hot"] }));
assert.equal(alarm.Threshold, 2);
assert.ok(alarm.StateUpdatedTimestamp instanceof Date);
await client.send(new cw.DeleteAlarmsCommand({ AlarmNames: ["node-hot"] }));
await rejects(client.send(new cw.SetAlarmStateCommand({ AlarmName: "never", StateValue: "OK", StateReason: "x" })), "ResourceNotFound");
await rejects(client.send(new cw.ListDashboardsCommand({})), "UnknownOperationException");

const scaler = new scaling.ApplicationAutoScalingClient({});
const target = { ServiceNamespace: "sagemaker", ResourceId: "endpoint/never/variant/blue", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" };
await rejects(scaler.send(new scaling.RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 2 })), "ValidationException");
await rejects(scaler.send(new scaling.DeleteScalingPolicyCommand({ ...target, PolicyName: "p" })), "ObjectNotFoundException");
console.log("ok");

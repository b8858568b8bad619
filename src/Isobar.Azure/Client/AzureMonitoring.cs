using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring;

namespace Isobar.Azure.Client;

/// <summary>
/// Model monitors: schedules with the action CreateMonitor. Azure compares with data, not with a profile of it, so a baseline is written by this client, and its
/// constraints are the signal that a monitor is given. What a run has found is copied to where the order wants its reports when the run is first seen at its end.
/// </summary>
internal sealed class AzureMonitoring(AzureWorkspace workspace, AzureObjects objects) : IMonitoring
{
    private const string Signal = "signal", OutputTag = "isobar.output", ScheduleFact = "azureml.monitorViolations", Results = "signals", Found = "signals.json", Violations = "violations.json";
    /// <summary>Three tenths of a standard deviation, or of a Jensen-Shannon distance: with some dozens of rows, a tenth is noise.</summary>
    private const double Threshold = 0.3;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    public async Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct = default)
    {
        if (!(await LearnedBaseline.LearnAsync(objects, data, ct).ConfigureAwait(false)).TryGet(out var learned, out var error)) return error;
        if (!(await workspace.UriAsync(data, ct).ConfigureAwait(false)).TryGet(out var uri, out error)) return error;
        var isFile = learned.Files is [var only] && only.Key == data.Key;
        return await learned.WriteAsync(objects, output, "azure", new JsonObject
        {
            [Signal] = new JsonObject
            {
                ["signalType"] = "DataDrift",
                ["referenceData"] = new JsonObject { ["inputDataType"] = "Fixed", ["jobInputType"] = isFile ? "uri_file" : "uri_folder", ["uri"] = uri },
                ["metricThresholds"] = new JsonArray(Limit("Numerical", "NormalizedWassersteinDistance"), Limit("Categorical", "JensenShannonDistance")),
            },
        }, ct).ConfigureAwait(false);

        static JsonNode Limit(string kind, string metric) => new JsonObject { ["dataType"] = kind, ["metric"] = metric, ["threshold"] = new JsonObject { ["value"] = Threshold } };
    }

    public Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct = default) => LearnedBaseline.StateAsync(objects, name, ct);

    // 1. Read what the baseline wants. 2. See what the endpoint's deployments collect: a signal for each. 3. Watch them.
    public async Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct = default)
    {
        // 1.
        if (order.EveryHours < 1) return Error.Invalid("EveryHours", order.EveryHours.ToString(CultureInfo.InvariantCulture), "EveryHours is at least 1.");
        if (!(await LearnedBaseline.ConstraintsAsync(objects, order.Baseline, Signal, ct).ConfigureAwait(false)).TryGet(out var constraints, out var error)) return error;
        var there = await workspace.GetAsync(Path(order.Name), ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a schedule {order.Name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;

        // 2.
        if (!(await workspace.ListAsync(AzureServing.Path(order.Endpoint) + "/deployments", ct).ConfigureAwait(false)).TryGet(out var deployments, out error)) return error;
        var signals = new JsonObject();
        foreach (var deployment in deployments)
        {
            if (deployment["properties"]?["dataCollector"]?["collections"]?[AzureCapture.Inputs] is not JsonObject collected) continue;
            var signal = (JsonObject)constraints[Signal]!.DeepClone();
            signal["productionData"] = new JsonObject
            {
                ["inputDataType"] = "Rolling",
                ["jobInputType"] = "uri_folder",
                ["uri"] = collected["dataId"]?.GetValue<string>() is { Length: > 0 } id ? id : $"azureml://datastores/workspaceblobstore/paths/modelDataCollector/{order.Endpoint}/{deployment["name"]}/{AzureCapture.Inputs}",
                ["windowSize"] = XmlConvert.ToString(TimeSpan.FromHours(order.Now ? 1 : order.EveryHours)),
                ["windowOffset"] = "PT0S",
            };
            signals[deployment["name"]!.GetValue<string>()] = signal;
        }
        if (signals.Count == 0) return new Error(ErrorCode.FailedPrecondition, $"The endpoint {order.Endpoint} has no deployment that collects its inputs: deploy it with CaptureTo.");

        // 3. What is to run once is a schedule that ends before its second turn.
        var start = workspace.Transport.Time.GetUtcNow() + Soon;
        var trigger = new JsonObject { ["triggerType"] = "Recurrence", ["frequency"] = "Hour", ["interval"] = order.EveryHours, ["timeZone"] = "UTC", ["startTime"] = Time(start) };
        if (order.Now) trigger["endTime"] = Time(start + TimeSpan.FromMinutes(30));
        return await workspace.OperateAsync(HttpMethod.Put, Path(order.Name), new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["displayName"] = order.Name,
                ["tags"] = new JsonObject { [OutputTag] = order.Output.ToString() },
                ["trigger"] = trigger,
                ["action"] = new JsonObject
                {
                    ["actionType"] = "CreateMonitor",
                    ["monitorDefinition"] = new JsonObject
                    {
                        ["computeConfiguration"] = new JsonObject { ["computeType"] = "ServerlessSpark", ["computeIdentity"] = new JsonObject { ["computeIdentityType"] = "AmlToken" }, ["instanceType"] = "standard_e4s_v3", ["runtimeVersion"] = "3.3" },
                        ["signals"] = signals,
                    },
                },
            },
        }, ct).ConfigureAwait(false);
    }

    public async Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct = default)
    {
        if (!(await workspace.GetAsync(Path(schedule), ct).ConfigureAwait(false)).TryGet(out var found, out var error)) return error;
        if (!(await workspace.ListAsync("jobs?scheduleId=" + Uri.EscapeDataString(schedule), ct).ConfigureAwait(false)).TryGet(out var jobs, out error)) return error;
        var runs = new List<MonitorRun>();
        foreach (var job in jobs)
        {
            var (state, facts) = (AzureTraining.Shown(job).State, job["properties"]?["properties"] as JsonObject ?? []);
            var count = int.TryParse(facts[ScheduleFact]?.GetValue<string>(), NumberStyles.None, CultureInfo.InvariantCulture, out var violations) ? violations : (int?)null;
            DataLocation? report = null;
            if (state == RunState.Completed && found["properties"]?["tags"]?[OutputTag]?.GetValue<string>().Split('/', 2) is [var bucket, var key])
            {
                report = LearnedBaseline.Below(new(bucket, key), job["name"] + "/");
                if ((await ReportAsync(job, report, ct).ConfigureAwait(false)).Error is { } unwritten) return unwritten;
            }
            runs.Add(new MonitorRun(schedule, state, AzureWorkspace.Created(job), state == RunState.Completed ? count > 0 : null, state == RunState.Failed ? facts["error"]?.GetValue<string>() : null, report));
        }
        return Result<IReadOnlyList<MonitorRun>>.Ok([.. runs.OrderByDescending(r => r.Due)]);
    }

    public async Task<Result<Done>> DeleteAsync(string schedule, CancellationToken ct = default) =>
        (await workspace.GetAsync(Path(schedule), ct).ConfigureAwait(false)).TryGet(out _, out var error) ? await workspace.OperateAsync(HttpMethod.Delete, Path(schedule), null, ct).ConfigureAwait(false) : error;

    /// <summary>Brings what a run has measured to where its reports are wanted, what it found at fault in a file of its own.</summary>
    private async Task<Result<Done>> ReportAsync(JsonObject job, DataLocation report, CancellationToken ct)
    {
        var measured = LearnedBaseline.Below(report, Found);
        if (!(await objects.ExistsAsync(measured, ct).ConfigureAwait(false)).TryGet(out var known, out var error)) return error;
        if (known) return Done.Value;
        if (await workspace.LocationAsync(job["properties"]?["outputs"]?[Results]?["uri"]?.GetValue<string>(), ct).ConfigureAwait(false) is not { } source) return new Error(ErrorCode.FailedPrecondition, $"The run {job["name"]} names no place of its results.");
        if (!(await objects.GetAsync(LearnedBaseline.Below(source, Found), ct).ConfigureAwait(false)).TryGet(out var content, out error)) return error;
        JsonNode? results;
        await using (content) results = await JsonNode.ParseAsync(content, cancellationToken: ct).ConfigureAwait(false);
        var faults = (results?["results"] as JsonArray ?? []).Where(r => r?["isViolated"]?.GetValue<bool>() == true).Select(r => r!.DeepClone()).ToArray();
        if (faults.Length > 0 && (await WriteAsync(LearnedBaseline.Below(report, Violations), new JsonObject { ["violations"] = new JsonArray(faults) }).ConfigureAwait(false)).Error is { } unwritten) return unwritten;
        // The last to be written: where it is, all is.
        return (await WriteAsync(measured, results!).ConfigureAwait(false)).Map(_ => Done.Value);

        Task<Result<StoredObject>> WriteAsync(DataLocation at, JsonNode what) => objects.PutAsync(at, new MemoryStream(Encoding.UTF8.GetBytes(what.ToJsonString())), "application/json", ct);
    }

    private static string Path(string schedule) => "schedules/" + Uri.EscapeDataString(schedule);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture);
}

namespace Isobar.MultiCloud.Manifests;

/// <summary>The rules that hold between parts of a manifest.</summary>
internal static class ManifestRules
{
    public static IEnumerable<(string Path, string? Value, string Message)> Faults(Manifest manifest, IReadOnlyList<string>? clouds)
    {
        var data = manifest.Data ?? new Dictionary<string, DataSet>();
        foreach (var (name, set) in data)
        {
            var at = $"data.{name}";
            var elsewhere = set.Cloud is not null || set.Bucket is not null || set.Key is not null;
            if (set.From is { } from)
            {
                if (set.Path is not null || elsewhere) yield return (at, null, "A data set has a path, lies in a cloud or comes from a model: one of them.");
                if (set.File is null) yield return (at, null, "What comes from a model is a file of what its training leaves: name it.");
                if (manifest.Models?.ContainsKey(from) != true) yield return ($"{at}.from", from, $"There is no model '{from}'{(manifest.Models is { Count: > 0 } models ? $"; there are {string.Join(", ", models.Keys)}" : "")}.");
            }
            else if (set.Path is null == !elsewhere) yield return (at, null, set.Path is null ? "A data set has a path, a cloud with bucket and key, or a model that it comes from." : "A data set has a path or lies in a cloud, not both.");
            else if (elsewhere && (set.Cloud is null || set.Bucket is null || set.Key is null)) yield return (at, null, "Data in a cloud is named by cloud, bucket and key.");
            if (set.Cloud is { } cloud && Unknown(cloud, clouds)) yield return ($"{at}.cloud", cloud, NoCloud(cloud, clouds!));
        }
        foreach (var (i, quota) in (manifest.Quotas ?? []).Index())
            if (Unknown(quota.Cloud, clouds)) yield return ($"quotas[{i}].cloud", quota.Cloud, NoCloud(quota.Cloud, clouds!));
        foreach (var (name, model) in manifest.Models ?? new Dictionary<string, ModelWish>())
        {
            var at = $"models.{name}";
            if (model.Training is { } training)
                foreach (var fault in Training(training, $"{at}.training", data, clouds)) yield return fault;
            if (model.Training is null) yield return (at, null, "A model needs training.");
            else if (ModelGraph.Circle(manifest, name) is { Count: > 0 } circle) yield return ($"{at}.training.data", name, $"Its data come from itself: {string.Join(" from ", circle)} from {name}.");
            if (model.Service is { } service)
                foreach (var fault in Service(service, $"{at}.service", clouds)) yield return fault;
            if (model.Service?.Monitoring is not null && model.Training?.Data.GetValueOrDefault("train") is { } train && data.GetValueOrDefault(train) is { } table && !IsTable(table.ContentType))
                yield return ($"{at}.service.monitoring", table.ContentType, $"What is asked can be compared with a CSV with a header (text/csv;header=present); '{train}' is {table.ContentType}.");
            if (model.Evaluation is { } evaluation)
            {
                if (!data.TryGetValue(evaluation.Data, out var held)) yield return ($"{at}.evaluation.data", evaluation.Data, NoData(evaluation.Data, data));
                else if (!IsTable(held.ContentType)) yield return ($"{at}.evaluation.data", held.ContentType, $"A version is evaluated on a CSV with a header (text/csv;header=present); '{evaluation.Data}' is {held.ContentType}.");
                else if (held.Cloud is not null) yield return ($"{at}.evaluation.data", held.Cloud, "Rows to evaluate on are a file beside the manifest, or what another training makes.");
                else if (held.From == name) yield return ($"{at}.evaluation.data", evaluation.Data, "A model is not evaluated on what its own training makes.");
                if (evaluation.Label is null && model.Training?.Label is null) yield return ($"{at}.evaluation.label", null, "The training has no label: name the column of what is right.");
                foreach (var fault in Clouds(evaluation.Clouds, $"{at}.evaluation.clouds", clouds)) yield return fault;
            }
            if (model.Service?.Monitoring?.Quality is { } quality)
            {
                if (quality.AtLeast > quality.AtMost) yield return ($"{at}.service.monitoring.quality.atLeast", $"{quality.AtLeast}", "Nothing is at least that and at most this.");
                if (quality.Least > quality.Window) yield return ($"{at}.service.monitoring.quality.least", $"{quality.Least}", $"least ({quality.Least}) lies above window ({quality.Window}).");
            }
            foreach (var (i, gate) in (model.Promotion?.Gates ?? []).Index())
            {
                if (gate.AtLeast is null && gate.AtMost is null && gate.NoWorse is null) yield return ($"{at}.promotion.gates[{i}]", gate.Metric, "A gate has atLeast, atMost or noWorse.");
                if (gate.AtLeast > gate.AtMost) yield return ($"{at}.promotion.gates[{i}].atLeast", $"{gate.AtLeast}", "Nothing is at least that and at most this.");
            }
        }
    }

    private static IEnumerable<(string, string?, string)> Training(TrainingWish training, string at, IReadOnlyDictionary<string, DataSet> data, IReadOnlyList<string>? clouds)
    {
        if (training.Algorithm is null == training.Code is null) yield return (at, null, training.Code is null ? "A training has an algorithm, or code of one's own." : "A training has an algorithm or code, not both.");
        if (training.Algorithm is not null && training.Task is null) yield return ($"{at}.task", null, "An algorithm needs a task: what is learned.");
        if (training.Code is not null && training.Tuning is not null) yield return ($"{at}.tuning", null, "A search for hyperparameters is of algorithms; code searches for itself.");
        if (training.Code?.Entry.Split('/').Contains("..") == true) yield return ($"{at}.code.entry", training.Code.Entry, "The program lies in the folder of the code.");
        if (!training.Data.ContainsKey("train")) yield return ($"{at}.data", null, "The channel train is missing.");
        foreach (var (channel, set) in training.Data.Where(d => !data.ContainsKey(d.Value)))
            yield return ($"{at}.data.{channel}", set, NoData(set, data));
        foreach (var type in training.Data.Values.Where(data.ContainsKey).Select(d => data[d].ContentType).Distinct().Skip(1))
            yield return ($"{at}.data", type, "All channels of a training have one content type.");
        if (training.Label is null && training.Task is "binary" or "multiclass" or "regression") yield return ($"{at}.label", null, $"The task {training.Task} needs a label.");
        foreach (var fault in Clouds(training.Clouds, $"{at}.clouds", clouds)) yield return fault;
        foreach (var (name, range) in training.Tuning?.Ranges ?? new Dictionary<string, TuningRange>())
        {
            if (range.Choices is null == (range.Min is null || range.Max is null)) yield return ($"{at}.tuning.ranges.{name}", null, "A range has min and max, or choices.");
            else if (range.Min > range.Max) yield return ($"{at}.tuning.ranges.{name}.min", $"{range.Min}", $"min ({range.Min}) lies above max ({range.Max}).");
        }
    }

    private static IEnumerable<(string, string?, string)> Service(ServiceWish service, string at, IReadOnlyList<string>? clouds)
    {
        foreach (var fault in Clouds(service.Clouds, $"{at}.clouds", clouds)) yield return fault;
        foreach (var (cloud, _) in (service.Traffic ?? new Dictionary<string, double>()).Where(t => !service.Clouds.Contains(t.Key)))
            yield return ($"{at}.traffic.{cloud}", cloud, $"'{cloud}' does not serve this model; {string.Join(", ", service.Clouds)} do.");
        if (service.Traffic is { Count: > 0 } traffic && traffic.Values.Sum() <= 0) yield return ($"{at}.traffic", null, "All shares are 0.");
        if (service.Scaling is { } scaling && scaling.Min > scaling.Max) yield return ($"{at}.scaling.min", $"{scaling.Min}", $"min ({scaling.Min}) lies above max ({scaling.Max}).");
    }

    private static IEnumerable<(string, string?, string)> Clouds(IReadOnlyList<string>? named, string at, IReadOnlyList<string>? clouds)
    {
        foreach (var (i, cloud) in (named ?? []).Index())
        {
            if (Unknown(cloud, clouds)) yield return ($"{at}[{i}]", cloud, NoCloud(cloud, clouds!));
            if (named!.Take(i).Contains(cloud)) yield return ($"{at}[{i}]", cloud, $"'{cloud}' is named twice.");
        }
    }

    private static bool IsTable(string type) => type.Split(';', StringSplitOptions.TrimEntries) is ["text/csv", .. var said] && said.Contains("header=present");

    private static bool Unknown(string cloud, IReadOnlyList<string>? clouds) => clouds is not null && !clouds.Contains(cloud);

    private static string NoData(string set, IReadOnlyDictionary<string, DataSet> data) => $"There is no data set '{set}'{(data.Count > 0 ? $"; there are {string.Join(", ", data.Keys)}" : "")}.";

    private static string NoCloud(string cloud, IReadOnlyList<string> clouds) => $"There is no cloud '{cloud}'; there are {string.Join(", ", clouds)}.";
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isobar.Engine.Training;

/// <summary>The files and variables that SageMaker's training toolkit promises to a container.</summary>
internal static class ContainerContract
{
    private const string Host = "algo-1";

    public static async Task WriteConfigAsync(TrainingSpec spec, JobFolder folder, CancellationToken ct)
    {
        await WriteAsync("hyperparameters.json", new JsonObject(spec.HyperParameters.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value)))).ConfigureAwait(false);
        await WriteAsync("inputdataconfig.json", new JsonObject(spec.Channels.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)new JsonObject
        {
            ["TrainingInputMode"] = c.Facts.GetValueOrDefault("TrainingInputMode", "File"),
            ["S3DistributionType"] = c.Facts.GetValueOrDefault("S3DistributionType", "FullyReplicated"),
            ["RecordWrapperType"] = c.Facts.GetValueOrDefault("RecordWrapperType", "None"),
            ["ContentType"] = c.ContentType,
        })))).ConfigureAwait(false);
        await WriteAsync("resourceconfig.json", new JsonObject
        {
            ["current_host"] = Host,
            ["hosts"] = new JsonArray(Host),
            ["network_interface_name"] = "lo",
            ["current_instance_type"] = spec.Instance.Type,
            ["current_group_name"] = "homogeneousCluster",
        }).ConfigureAwait(false);

        Task WriteAsync(string name, JsonObject json) => File.WriteAllTextAsync(Path.Combine(folder.Config, name), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }), ct);
    }

    public static Dictionary<string, string> Variables(TrainingSpec spec, JobFolder folder)
    {
        var variables = new Dictionary<string, string>
        {
            ["SM_MODEL_DIR"] = folder.Model,
            ["SM_INPUT_DIR"] = Path.Combine(folder.Ml, "input"),
            ["SM_INPUT_CONFIG_DIR"] = folder.Config,
            ["SM_OUTPUT_DIR"] = folder.Output,
            ["SM_OUTPUT_DATA_DIR"] = folder.OutputData,
            ["SM_CHANNELS"] = JsonSerializer.Serialize(spec.Channels.Select(c => c.Name).ToArray()),
            ["SM_HPS"] = JsonSerializer.Serialize(spec.HyperParameters.ToDictionary(), TrainingJson.Default.DictionaryStringString),
            ["SM_USER_ARGS"] = JsonSerializer.Serialize(UserArguments(spec).ToArray()),
            ["SM_CURRENT_HOST"] = Host,
            ["SM_HOSTS"] = $"[\"{Host}\"]",
            ["SM_NUM_CPUS"] = Environment.ProcessorCount.ToString(),
            ["SM_NUM_GPUS"] = "0",
            ["SM_CURRENT_INSTANCE_TYPE"] = spec.Instance.Type,
            ["SM_RESOURCE_CONFIG"] = $"{{\"current_host\":\"{Host}\",\"hosts\":[\"{Host}\"]}}",
            ["SM_MODULE_DIR"] = folder.Code,
            ["SM_LOG_LEVEL"] = "20",
            ["SM_CHECKPOINT_DIR"] = folder.Checkpoints,
            ["TRAINING_JOB_NAME"] = spec.Name,
            ["PYTHONUNBUFFERED"] = "1",
        };
        foreach (var channel in spec.Channels) variables[$"SM_CHANNEL_{Upper(channel.Name)}"] = Path.Combine(folder.Input, channel.Name);
        foreach (var (name, value) in spec.HyperParameters) variables[$"SM_HP_{Upper(name)}"] = value;
        foreach (var (name, value) in spec.Environment) variables[name] = folder.Rewrite(value);
        return variables;
    }

    /// <summary>Hyperparameters as command-line arguments, those of the platform itself left out.</summary>
    public static IEnumerable<string> UserArguments(TrainingSpec spec) =>
        spec.HyperParameters.Where(h => !h.Key.StartsWith("sagemaker_", StringComparison.Ordinal)).OrderBy(h => h.Key, StringComparer.Ordinal).SelectMany(h => new[] { $"--{h.Key}", h.Value });

    private static string Upper(string name)
    {
        var text = new StringBuilder(name.ToUpperInvariant());
        for (var i = 0; i < text.Length; i++)
            if (!char.IsAsciiLetterOrDigit(text[i])) text[i] = '_';
        return text.ToString();
    }
}

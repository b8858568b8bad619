using System.Globalization;
using System.Text.Json;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>Turns a CreateAutoMLJobV2 request into the training job of the engine's <c>automl</c>.</summary>
internal sealed class AutoMlPlanner(TimeProvider time)
{
    private const int DefaultCandidates = 30;
    private const int DefaultSeconds = 600;

    public static string EngineId(string account, string region, string name) => SageMakerIds.Engine(account, region, $"automl/{name}");

    public AwsResult<TrainingSpec> Plan(CreateAutoMLJobV2Request request, AwsCaller caller)
    {
        var faults = new List<string>();
        var problem = request.AutoMLProblemTypeConfig!;
        var given = SageMakerJson.Node(problem).Where(p => p.Value is not null).Select(p => p.Key).ToList();
        if (given is not (["TabularJobConfig"] or ["TextClassificationJobConfig"] or ["ImageClassificationJobConfig"] or ["TimeSeriesForecastingJobConfig"]))
        {
            return SageMakerErrors.Invalid(given.Count == 1
                ? $"AutoMLProblemTypeConfig.{given[0]} is not supported here; TabularJobConfig, TextClassificationJobConfig, ImageClassificationJobConfig and TimeSeriesForecastingJobConfig are."
                : $"AutoMLProblemTypeConfig must have exactly one member; it has {given.Count}.");
        }
        if (request.ModelDeployConfig is not null) faults.Add("ModelDeployConfig is not supported here; deploy BestCandidate.InferenceContainers with CreateModel.");
        if (request.AutoMLComputeConfig is not null) faults.Add("AutoMLComputeConfig is not supported here.");
        var images = problem.ImageClassificationJobConfig is not null;
        var seconds = AutoMlView.Criteria(problem)?.MaxAutoMLJobRuntimeInSeconds ?? DefaultSeconds;
        var candidates = AutoMlView.Criteria(problem)?.MaxCandidates ?? DefaultCandidates;
        var training = problem.TimeSeriesForecastingJobConfig is { } series ? AutoMlForecasts.Training(request, series, faults) : Classes(request, problem, faults);
        training = training with { HyperParameters = new Dictionary<string, string>(training.HyperParameters) { ["max_candidates"] = Text(candidates), ["max_seconds"] = Text(seconds) } };
        DataFormat? format = null;
        var channels = request.AutoMLJobInputDataConfig!.Select(c => ToChannel(c, images, ref format, faults)).OfType<ChannelSpec>().ToList();
        if (channels.Count > 0 && channels.All(c => c.Name != "train")) faults.Add("A channel of the type training is required.");
        if (channels.GroupBy(c => c.Name).Any(g => g.Count() > 1)) faults.Add("Each ChannelType may be used once.");
        if (!S3Place.TryParse(request.OutputDataConfig!.S3OutputPath, out var output)) faults.Add($"The output path '{request.OutputDataConfig.S3OutputPath}' is not an S3 URI.");
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));

        var name = request.AutoMLJobName!;
        training = training with { Layout = training.Layout with { Format = format!.Value } };
        return new TrainingSpec
        {
            Id = EngineId(caller.Account, caller.Region, name),
            Owner = SageMakerIds.Owner,
            Name = name,
            Region = caller.Region,
            Program = new AlgorithmProgram(training.Algorithm, JsonSerializer.Serialize(training, AlgorithmsJson.Default.TrainingRequest)),
            Channels = channels,
            ModelOutput = S3Place.Below(output!, $"{name}/output/model.tar.gz"),
            DataOutput = S3Place.Below(output!, $"{name}/output/output.tar.gz"),
            // What follows the search (the ensemble, writing) may take a little longer than the search's own budget.
            MaxRunTime = TimeSpan.FromSeconds(seconds * 2.0 + 300),
            Log = new LogStreamName(SageMakerIds.Owner, TrainingPlanner.LogGroup, $"{name}-automl/algo-1-{time.GetUtcNow().ToUnixTimeSeconds()}"),
            Tags = ResourceTags.ToMap(request.Tags),
        };
    }

    /// <summary>A search over rows, texts or pictures.</summary>
    private static TrainingRequest Classes(CreateAutoMLJobV2Request request, AutoMLProblemTypeConfig problem, List<string> faults)
    {
        var (text, image) = (problem.TextClassificationJobConfig, problem.ImageClassificationJobConfig);
        var tabular = problem.TabularJobConfig ?? new TabularJobConfig { TargetAttributeName = text?.TargetLabelColumn };
        if (tabular.FeatureSpecificationS3Uri is not null) faults.Add("FeatureSpecificationS3Uri is not supported here.");
        if (tabular.GenerateCandidateDefinitionsOnly == true) faults.Add("GenerateCandidateDefinitionsOnly is not supported here: candidates are fitted.");
        var task = AutoMlWords.Task(tabular.ProblemType);
        var values = new Dictionary<string, string>
        {
            ["objective"] = text is null && image is null ? Objective(request, tabular, task, faults) : AccuracyAlone(request, image is null ? "text" : "image", faults),
            ["algorithms"] = Algorithms(tabular, faults),
            ["infer_task"] = text is not null || image is not null ? "classes" : task is null ? "true" : "false",
            ["kept_candidates"] = "100",
        };
        if (request.DataSplitConfig?.ValidationFraction is { } fraction) values["holdout"] = Math.Min(0.9, fraction).ToString("0.####", CultureInfo.InvariantCulture);
        return new TrainingRequest
        {
            Algorithm = "automl",
            Task = task ?? LearningTask.Regression,
            HyperParameters = values,
            Layout = new DataLayout { Label = tabular.TargetAttributeName, Weight = tabular.SampleWeightAttributeName, Texts = text is null ? [] : [text.ContentColumn!], Only = text is null ? [] : [text.ContentColumn!] },
            Annotations = new Dictionary<string, string> { ["sagemaker"] = "isobar/automl" },
        };
    }

    private static string Objective(CreateAutoMLJobV2Request request, TabularJobConfig tabular, LearningTask? task, List<string> faults)
    {
        if (request.AutoMLJobObjective?.MetricName is not { } metric)
        {
            if (task is not null) faults.Add("ProblemType is set and AutoMLJobObjective is not: set both of them or neither.");
            return AutoMlWords.Defaults;
        }
        if (task is not { } known)
        {
            faults.Add("AutoMLJobObjective is set and ProblemType is not: set both of them or neither.");
            return "";
        }
        if (AutoMlWords.Objective(metric, known) is { } name) return name;
        faults.Add($"The objective metric {metric} is not supported for {tabular.ProblemType}; {string.Join(", ", AutoMlWords.Objectives(known))} are.");
        return "";
    }

    private static string AccuracyAlone(CreateAutoMLJobV2Request request, string kind, List<string> faults)
    {
        if (request.AutoMLJobObjective?.MetricName is { } metric and not "Accuracy") faults.Add($"The objective metric {metric} is not supported for {kind} classification; Accuracy is.");
        return "accuracy";
    }

    private static string Algorithms(TabularJobConfig tabular, List<string> faults)
    {
        if (tabular.CandidateGenerationConfig?.AlgorithmsConfig is not [{ AutoMLAlgorithms: { Count: > 0 } wanted }]) return "all";
        var found = wanted.SelectMany(AutoMlWords.Algorithms).Distinct().ToList();
        if (found.Count == 0) faults.Add($"None of the algorithms {string.Join(", ", wanted)} is supported here; xgboost, lightgbm, catboost, randomforest, extra-trees (all as boosted trees) and linear-learner are.");
        return string.Join(",", found);
    }

    private static ChannelSpec? ToChannel(AutoMLJobChannel channel, bool images, ref DataFormat? format, List<string> faults)
    {
        var source = channel.DataSource?.S3DataSource;
        if (source?.S3DataType is not ("S3Prefix" or "ManifestFile"))
        {
            faults.Add($"S3DataType {source?.S3DataType ?? "(none)"} is not supported here; S3Prefix and ManifestFile are.");
            return null;
        }
        if (!S3Place.TryParse(source.S3Uri, out var place))
        {
            faults.Add($"The data source '{source.S3Uri}' is not an S3 URI.");
            return null;
        }
        var type = MediaType.Parse(channel.ContentType ?? (images ? "image/*" : "text/csv;header=present"));
        DataFormat? read = images ? type.Name is "image/png" or "image/jpeg" or "image/*" ? DataFormat.Images : null : type.Name switch
        {
            "text/csv" when type.Parameters.GetValueOrDefault("header") != "absent" => DataFormat.CsvWithHeader,
            "x-application/vnd.amazon+parquet" => DataFormat.Parquet,
            _ => null,
        };
        if (read is null) faults.Add($"ContentType '{channel.ContentType}' is not supported; {(images ? "image/png, image/jpeg and image/*" : "text/csv;header=present and x-application/vnd.amazon+parquet")} are.");
        else if (format is { } other && other != read) faults.Add("All channels must be of one ContentType.");
        format ??= read;
        return new ChannelSpec(channel.ChannelType == "validation" ? "validation" : "train", place, source.S3DataType == "ManifestFile" ? ChannelSourceKind.Manifest : ChannelSourceKind.Prefix,
            channel.ContentType, channel.CompressionType == "Gzip" ? "Gzip" : null);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}

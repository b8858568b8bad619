using System.Text.Json.Serialization;

namespace Isobar.MultiCloud.Manifests;

/// <summary>What somebody wants to have: data, models, how they are trained and where they are served.</summary>
/// <param name="Name">The project; its resources in every cloud start with it.</param>
/// <param name="Team">Who pays.</param>
/// <param name="Tags">For showback.</param>
/// <param name="Quotas">What accounts may have at once.</param>
/// <param name="CarbonPrice">US dollars that a kilogram of CO₂ is worth when a place is chosen.</param>
/// <param name="Data">Data sets by name.</param>
/// <param name="Models">Models by name.</param>
public sealed record Manifest(
    string Name,
    string? Team = null,
    IReadOnlyDictionary<string, string>? Tags = null,
    IReadOnlyDictionary<string, DataSet>? Data = null,
    IReadOnlyDictionary<string, ModelWish>? Models = null,
    Budget? Budget = null,
    IReadOnlyList<AlertTarget>? Alerts = null,
    IReadOnlyList<QuotaWish>? Quotas = null,
    decimal CarbonPrice = 0);

/// <summary>A limit of an account.</summary>
/// <param name="Region">Where; null: in all regions of the cloud together.</param>
/// <param name="Accelerator">Of which accelerators; null: of processors.</param>
public sealed record QuotaWish(string Cloud, int Limit, string? Region = null, string? Accelerator = null);

/// <summary>A data set: a file beside the manifest, objects that lie in a cloud already, or what another training of the manifest makes.</summary>
/// <param name="Path">A file, uploaded when the manifest is applied.</param>
/// <param name="Cloud">The cloud that holds it already.</param>
/// <param name="Bucket">Its bucket there.</param>
/// <param name="Key">Its key or prefix there.</param>
/// <param name="ContentType">MIME type. Default CSV with a header.</param>
/// <param name="Residency">Areas that it may not leave, such as <c>eu</c>.</param>
/// <param name="Gigabytes">Its size, where a file does not tell.</param>
/// <param name="Sha256">The content's digest; the command line fills it in.</param>
/// <param name="From">The model whose training makes it: the models of a manifest are a graph by their data.</param>
/// <param name="File">The file of what that training leaves.</param>
public sealed record DataSet(
    string? Path = null,
    string? Cloud = null,
    string? Bucket = null,
    string? Key = null,
    string ContentType = "text/csv;header=present",
    IReadOnlyList<string>? Residency = null,
    double? Gigabytes = null,
    string? Sha256 = null,
    string? From = null,
    string? File = null);

/// <summary>A model: how it comes to be, what makes it good enough, and where it answers.</summary>
public sealed record ModelWish(TrainingWish? Training = null, PromotionRules? Promotion = null, ServiceWish? Service = null, EvaluationWish? Evaluation = null);

/// <summary>Rows that no training saw, which each new version predicts before its gates are asked: metrics of the channel <c>evaluation</c> come of it.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Label">The column of what is right; null: the training's label.</param>
/// <param name="Clouds">The clouds that may predict them; null: any.</param>
public sealed record EvaluationWish(string Data, string? Label = null, IReadOnlyList<string>? Clouds = null);

/// <summary>How a model is trained.</summary>
/// <param name="Data">Data sets by channel; <c>train</c> is a must.</param>
/// <param name="MaxRunTime">The longest that it may run.</param>
/// <param name="Clouds">The clouds that may train it; null: any.</param>
/// <param name="Checkpoints">Whether a job that is lost goes on, in another place, from the last checkpoint.</param>
public sealed record TrainingWish(
    string? Algorithm,
    string? Task,
    IReadOnlyDictionary<string, string> Data,
    string? Label = null,
    IReadOnlyList<string>? Ignore = null,
    IReadOnlyDictionary<string, string>? HyperParameters = null,
    Resources? Resources = null,
    bool Spot = false,
    double MaxRunTime = 3600,
    int Seed = 0,
    int MaxAttempts = 4,
    IReadOnlyList<string>? Clouds = null,
    TuningWish? Tuning = null,
    bool Checkpoints = true,
    CodeWish? Code = null);

/// <summary>Code of one's own, in place of an algorithm.</summary>
/// <param name="Path">A folder or a file beside the manifest, packed and uploaded when it is applied.</param>
/// <param name="Entry">The program in it, such as <c>train.py</c>.</param>
/// <param name="Sha256">The digest of the pack; the command line fills it in.</param>
public sealed record CodeWish(string Path, string Entry, string? Sha256 = null);

/// <summary>What a task needs of a machine.</summary>
/// <param name="Hours">How long it is expected to work, for the estimate of what it costs.</param>
public sealed record Resources(double Vcpu = 2, double MemoryGib = 4, string? Accelerator = null, int Accelerators = 0, double Hours = 0.1);

/// <summary>A search for hyperparameters.</summary>
public sealed record TuningWish(string Metric, IReadOnlyDictionary<string, TuningRange> Ranges, string Goal = "maximize", string Strategy = "Bayesian", int MaxJobs = 10, int MaxParallel = 2);

/// <summary>The values of a hyperparameter to try.</summary>
public sealed record TuningRange(double? Min = null, double? Max = null, bool Whole = false, bool Logarithmic = false, IReadOnlyList<string>? Choices = null);

/// <summary>What a version must reach before it is served.</summary>
/// <param name="Automatic">Whether a version that passes the gates is promoted without a word of a person.</param>
public sealed record PromotionRules(bool Automatic = true, IReadOnlyList<Gate>? Gates = null);

/// <summary>A gate: a metric, and its bounds.</summary>
/// <param name="Metric">As <c>channel:metric</c>.</param>
/// <param name="NoWorse">Whether it may not be worse than that of the version in production: <c>higher</c> or <c>lower</c> being better.</param>
public sealed record Gate(string Metric, double? AtLeast = null, double? AtMost = null, string? NoWorse = null);

/// <summary>Where a model answers, and how well.</summary>
/// <param name="Clouds">The clouds that serve it.</param>
/// <param name="Regions">The regions that may serve it; null: any.</param>
/// <param name="Residency">Areas that requests may not leave, such as <c>eu</c>.</param>
/// <param name="Traffic">Share of each cloud; null: even.</param>
public sealed record ServiceWish(
    IReadOnlyList<string> Clouds,
    IReadOnlyList<string>? Regions = null,
    IReadOnlyList<string>? Residency = null,
    IReadOnlyDictionary<string, double>? Traffic = null,
    string Mode = "active-active",
    CanaryWish? Canary = null,
    ScalingWish? Scaling = null,
    Objectives? Objectives = null,
    Resources? Resources = null,
    Users? Users = null,
    WatchWish? Monitoring = null);

/// <summary>How the data of a service are watched: by the monitoring of each cloud, against the data that the model was trained on.</summary>
/// <param name="CapturePercent">Share of the requests that is kept for it, from 0 to 100.</param>
/// <param name="EveryHours">Hours between comparisons.</param>
/// <param name="Quality">How good answers are to be, by the labels that are told afterwards.</param>
public sealed record WatchWish(double CapturePercent = 100, int EveryHours = 1, QualityWish? Quality = null);

/// <summary>How good answers are to be.</summary>
/// <param name="Metric"><c>accuracy</c>, <c>f1</c>, <c>rmse</c> or <c>mae</c>.</param>
/// <param name="Window">The newest labelled rows that count.</param>
/// <param name="Least">As few rows as say something.</param>
public sealed record QualityWish(string Metric = "accuracy", double? AtLeast = null, double? AtMost = null, int Window = 500, int Least = 50);

/// <summary>Where those who ask are.</summary>
/// <param name="Latitude">In degrees.</param>
/// <param name="Longitude">In degrees.</param>
/// <param name="MaxLatencyMs">The longest way there and back, as the distance allows it.</param>
public sealed record Users(double Latitude, double Longitude, double MaxLatencyMs);

/// <summary>How a new version takes over: beside the one that is served, until it has proved itself.</summary>
/// <param name="Percent">Its share of the traffic.</param>
/// <param name="Minutes">How long it is watched at least.</param>
/// <param name="Requests">How many requests it must have answered.</param>
/// <param name="MaxErrorRate">The share of failures that rolls it back.</param>
/// <param name="MaxLatencyRatio">How many times as slow as the others it may be.</param>
public sealed record CanaryWish(double Percent = 10, double Minutes = 5, int Requests = 100, double MaxErrorRate = 0.01, double MaxLatencyRatio = 2);

/// <summary>How many instances serve in each cloud: between the fewest and the most, by the requests under way.</summary>
/// <param name="Target">Requests under way that one instance is to have.</param>
public sealed record ScalingWish(int Min = 1, int Max = 1, double Target = 8);

/// <summary>What the service promises.</summary>
/// <param name="Availability">Percent of requests answered.</param>
/// <param name="LatencyMs">What 99 of 100 requests stay below.</param>
/// <param name="WindowDays">Over how long.</param>
public sealed record Objectives(double Availability = 99.9, double? LatencyMs = null, double WindowDays = 28);

/// <summary>What may be spent in a calendar month, in US dollars at list prices.</summary>
public sealed record Budget(decimal Monthly, double WarnAt = 80, bool StopNewWork = true);

/// <summary>Who is told.</summary>
public sealed record AlertTarget(string Webhook, IReadOnlyList<string>? On = null);

/// <summary>How manifests are stored and sent.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(TrainingWish))]
public sealed partial class ManifestJson : JsonSerializerContext;

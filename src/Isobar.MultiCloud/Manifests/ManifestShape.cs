namespace Isobar.MultiCloud.Manifests;

/// <summary>The manifest's shape.</summary>
internal static class ManifestShape
{
    private const string Name = "^[a-z][a-z0-9-]{0,14}$";
    private const string NameSaid = "1 to 15 lower-case letters, digits and hyphens, a letter first";

    private static readonly string[] Tasks = ["binary", "multiclass", "regression", "clustering", "anomaly", "projection"];
    private static readonly TextShape Metric = new("A metric, as channel:metric", "^[A-Za-z]\\w*:[\\w@.-]+$", "a channel, a colon and a metric, such as validation:accuracy");
    private static readonly ListShape Clouds = new("Clouds by name", new TextShape("A cloud of 'isobar clouds'"), 1);
    private static readonly ListShape Areas = new("Areas or countries, such as eu, us or de", new TextShape("An area or a country", "^[a-z]{2,4}$", "two to four lower-case letters"), 1);

    private static readonly ObjectShape Resources = new("What a machine must have",
        new("vcpu", new NumberShape("Processors at least", 0.25, 1024)),
        new("memoryGib", new NumberShape("GiB of memory at least", 0.25, 32768)),
        new("accelerator", new TextShape("The accelerator by name, such as T4 or A100")),
        new("accelerators", new NumberShape("How many of them at least", 0, 64, Whole: true)),
        new("hours", new NumberShape("How long the work is expected to take, for estimates", 0, 100000, AboveMin: true)));

    private static readonly ObjectShape Training = new("How the model is trained",
        new("algorithm", new TextShape("A name of the catalogue, such as boosted-trees")),
        new("code", new ObjectShape("Code of one's own, in place of an algorithm",
            new("path", new TextShape("A folder or a file beside the manifest"), true),
            new("entry", new TextShape("The program in it, such as train.py", "^[A-Za-z0-9_][A-Za-z0-9_./-]*$", "a path below the folder"), true),
            new("sha256", new TextShape("The digest of the pack", "^[0-9a-f]{64}$", "64 hexadecimal digits")))),
        new("task", new TextShape("What is learned", Words: Tasks)),
        new("data", new MapShape("Data sets by channel; train is a must", new TextShape("A data set"), Least: 1), true),
        new("label", new TextShape("The column to predict")),
        new("ignore", new ListShape("Columns to leave out", new TextShape("A column"))),
        new("hyperParameters", new MapShape("Values by the catalogue's names", new TextShape("A value"))),
        new("resources", Resources),
        new("spot", new FlagShape("Whether interruptible capacity may be used")),
        new("checkpoints", new FlagShape("Whether a job that is lost goes on elsewhere from its last checkpoint")),
        new("maxRunTime", new DurationShape("The longest that it may run")),
        new("seed", new NumberShape("The seed of every draw", 0, int.MaxValue, Whole: true)),
        new("maxAttempts", new NumberShape("Places tried before the training is given up", 1, 20, Whole: true)),
        new("clouds", Clouds),
        new("tuning", new ObjectShape("A search for hyperparameters",
            new("metric", Metric, true),
            new("goal", new TextShape("Which way is better", Words: ["maximize", "minimize"])),
            new("strategy", new TextShape("How values are chosen", Words: ["Bayesian", "Random", "Grid", "Hyperband"])),
            new("maxJobs", new NumberShape("Jobs in all", 1, 500, Whole: true)),
            new("maxParallel", new NumberShape("Jobs at once", 1, 100, Whole: true)),
            new("ranges", new MapShape("Values to try, by hyperparameter", new ObjectShape("A range",
                new("min", new NumberShape("The smallest")),
                new("max", new NumberShape("The largest")),
                new("whole", new FlagShape("Whether only whole numbers are tried")),
                new("logarithmic", new FlagShape("Whether the logarithm is searched evenly")),
                new("choices", new ListShape("Words to try", new TextShape("A word"), 1))), Least: 1), true))));

    private static readonly ObjectShape Promotion = new("What a version must reach before it is served",
        new("automatic", new FlagShape("Whether a version that passes is promoted by itself")),
        new("gates", new ListShape("Gates, all of which must be passed", new ObjectShape("A gate",
            new("metric", Metric, true),
            new("atLeast", new NumberShape("The least that passes")),
            new("atMost", new NumberShape("The most that passes")),
            new("noWorse", new TextShape("Which is better, where it may not be worse than the version in production", Words: ["higher", "lower"]))))));

    private static readonly ObjectShape Service = new("Where the model answers",
        new("clouds", Clouds, true),
        new("regions", new ListShape("Regions that may serve", new TextShape("A region"), 1)),
        new("residency", Areas),
        new("traffic", new MapShape("Share of each cloud", new NumberShape("A share", 0, 1000000))),
        new("mode", new TextShape("Whether all clouds answer, or the first that is well", Words: ["active-active", "active-passive"])),
        new("canary", new ObjectShape("How a new version takes over",
            new("percent", new NumberShape("Its share of the traffic", 0, 99, AboveMin: true)),
            new("minutes", new NumberShape("How long it is watched at least", 0, 10080)),
            new("requests", new NumberShape("How many requests it must have answered", 10, 10000000, Whole: true)),
            new("maxErrorRate", new NumberShape("Errors that roll it back", 0, 1)),
            new("maxLatencyRatio", new NumberShape("How many times as slow as the others it may be", 1, 100)))),
        new("scaling", new ObjectShape("Instances in each cloud",
            new("min", new NumberShape("The fewest", 1, 1000, Whole: true)),
            new("max", new NumberShape("The most", 1, 1000, Whole: true)),
            new("target", new NumberShape("Requests under way that one instance is to have", 0, 10000, AboveMin: true)))),
        new("objectives", new ObjectShape("What the service promises",
            new("availability", new NumberShape("Percent of requests answered", 0, 100)),
            new("latencyMs", new NumberShape("What 99 of 100 requests stay below", 0, 600000, AboveMin: true)),
            new("windowDays", new NumberShape("Over how long", 1, 365)))),
        new("resources", Resources),
        new("users", new ObjectShape("Where those who ask are",
            new("latitude", new NumberShape("Degrees north", -90, 90), true),
            new("longitude", new NumberShape("Degrees east", -180, 180), true),
            new("maxLatencyMs", new NumberShape("The longest way there and back, in milliseconds", 0, 1000, AboveMin: true), true))));

    public static ObjectShape Root { get; } = new("A project of Isobar: data, models, training and service on many clouds",
        new("name", new TextShape("The project's name", Name, NameSaid), true),
        new("team", new TextShape("Who pays")),
        new("tags", new MapShape("For showback", new TextShape("A value"))),
        new("data", new MapShape("Data sets by name", new ObjectShape("A file beside the manifest, or objects in a cloud",
            new("path", new TextShape("A file, uploaded when the manifest is applied")),
            new("cloud", new TextShape("The cloud that holds it already")),
            new("bucket", new TextShape("Its bucket there")),
            new("key", new TextShape("Its key or prefix there")),
            new("from", new TextShape("The model whose training makes it")),
            new("file", new TextShape("The file of what that training leaves, such as train.csv", "^[A-Za-z0-9_][A-Za-z0-9_./-]*$", "a path below the model's folder")),
            new("contentType", new TextShape("MIME type")),
            new("residency", Areas),
            new("gigabytes", new NumberShape("Its size, for the price of moving it", 0, 1e9)),
            new("sha256", new TextShape("Its digest", "^[0-9a-f]{64}$", "64 hexadecimal digits"))), Name)),
        new("models", new MapShape("Models by name", new ObjectShape("A model",
            new("training", Training),
            new("promotion", Promotion),
            new("service", Service)), Name, Least: 1), true),
        new("budget", new ObjectShape("What may be spent in a month",
            new("monthly", new NumberShape("US dollars", 0, 1e12), true),
            new("warnAt", new NumberShape("Percent that gives a warning", 0, 100)),
            new("stopNewWork", new FlagShape("Whether nothing new is started once it is spent")))),
        new("alerts", new ListShape("Who is told", new ObjectShape("A target",
            new("webhook", new TextShape("An address that receives POSTs", "^https?://", "an http or https address"), true),
            new("on", new ListShape("What is told; all, if nothing is named", new TextShape("A kind", Words: ["objective", "budget", "training", "service", "canary", "batch", "drift"])))))),
        new("quotas", new ListShape("What accounts may have at once", new ObjectShape("A limit",
            new("cloud", new TextShape("The cloud"), true),
            new("limit", new NumberShape("How many", 0, 1000000, Whole: true), true),
            new("region", new TextShape("Where; in all regions together, if none is named")),
            new("accelerator", new TextShape("Of which accelerators; of processors, if none is named"))))),
        new("carbonPrice", new NumberShape("US dollars that a kilogram of CO2 is worth when a place is chosen", 0, 1000)));
}

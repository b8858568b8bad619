namespace Isobar.MultiCloud.Routing;

/// <summary>One address for a model, and what stands behind it.</summary>
public sealed record ServiceDefinition
{
    /// <summary>Where requests can go; at least one, at most 64.</summary>
    public IReadOnlyList<BackendDefinition> Backends { get; init; } = [];
    /// <summary>How a backend is chosen: <c>weighted</c>, <c>latency</c>, <c>price</c>, <c>sticky</c> or <c>priority</c>.</summary>
    public string Policy { get; init; } = "weighted";
    /// <summary>With <c>sticky</c>: the request's header that holds the key.</summary>
    public string StickyHeader { get; init; } = "X-Session-Id";
    /// <summary>A new backend that has a share of the traffic until it has proved itself; null: none.</summary>
    public CanaryDefinition? Canary { get; init; }
    /// <summary>A backend that gets copies and whose answers are compared and dropped; null: none.</summary>
    public ShadowDefinition? Shadow { get; init; }
    /// <summary>Tries, timeouts and hedging.</summary>
    public ResilienceDefinition Resilience { get; init; } = new();
    /// <summary>Active health checks.</summary>
    public HealthDefinition Health { get; init; } = new();
    /// <summary>Keeping answers; null: none is kept.</summary>
    public CacheDefinition? Cache { get; init; }
    /// <summary>Keeping answers until their labels come; null: none is kept.</summary>
    public LabelsDefinition? Labels { get; init; }
    /// <summary>Who may ask: <c>open</c> (anyone) or <c>keys</c> (an API key or a token).</summary>
    public string Access { get; init; } = "open";
    /// <summary>What predictions look like in the gateway's, Vertex AI's and Azure's words: <c>own</c> (as each backend writes them) or <c>values</c> (a value for each row, whichever backend answers).</summary>
    public string Answers { get; init; } = "own";
    /// <summary>Requests under way at once; more are refused.</summary>
    public int MaxConcurrent { get; init; } = 1024;
    /// <summary>The largest body of a request, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = 6 << 20;
}

/// <summary>Where requests can go: an endpoint of a cloud, or an address.</summary>
public sealed record BackendDefinition
{
    /// <summary>Unique within the service.</summary>
    public string Name { get; init; } = "";
    /// <summary>A cloud's name; goes with <see cref="Endpoint"/>.</summary>
    public string? Cloud { get; init; }
    /// <summary>The endpoint's name in that cloud.</summary>
    public string? Endpoint { get; init; }
    /// <summary>An http or https address that predictions are posted to, instead of a cloud's endpoint.</summary>
    public string? Url { get; init; }
    /// <summary>Share of the traffic, relative to the sum over the backends.</summary>
    public double Weight { get; init; } = 1;
    /// <summary>With <c>priority</c>: the lowest number that is well has all the traffic.</summary>
    public int Priority { get; init; }
    /// <summary>With <c>price</c>: US dollars per million requests.</summary>
    public double? Price { get; init; }
    /// <summary>With <c>price</c>: requests under way at once above which the next cheapest is taken; null: no bound.</summary>
    public int? Capacity { get; init; }
}

/// <summary>A new backend on trial.</summary>
public sealed record CanaryDefinition
{
    /// <summary>The backend; it takes no other traffic.</summary>
    public string Backend { get; init; } = "";
    /// <summary>Percent of the traffic at each step.</summary>
    public IReadOnlyList<double> Steps { get; init; } = [5, 25, 50];
    /// <summary>Requests that the canary must have answered at each step.</summary>
    public int RequestsPerStep { get; init; } = 500;
    /// <summary>The shortest that a step takes, in seconds.</summary>
    public int StepSeconds { get; init; }
    /// <summary>The share of failures above which the canary is rolled back, however the others do.</summary>
    public double MaxFailureShare { get; init; } = 1;
    /// <summary>The chance, over all looks together, that a canary which is as good as the baseline is rolled back.</summary>
    public double FalseAlarm { get; init; } = 0.05;
    /// <summary>How much slower the canary may be, as a factor.</summary>
    public double LatencyTolerance { get; init; } = 1.2;
}

/// <summary>A backend that sees copies.</summary>
public sealed record ShadowDefinition
{
    /// <summary>The backend; it takes no other traffic.</summary>
    public string Backend { get; init; } = "";
    /// <summary>Percent of the requests that are copied.</summary>
    public double Percent { get; init; } = 100;
}

/// <summary>Tries, timeouts and hedging.</summary>
public sealed record ResilienceDefinition
{
    /// <summary>Whether a request may be asked twice. Predictions may; what has effects may not.</summary>
    public bool Repeatable { get; init; } = true;
    /// <summary>Tries of a request at most.</summary>
    public int MaxTries { get; init; } = 3;
    /// <summary>The longest that one try may take.</summary>
    public int TryTimeoutMs { get; init; } = 10_000;
    /// <summary>The longest that a request may take, unless its caller wants it sooner.</summary>
    public int TimeoutMs { get; init; } = 60_000;
    /// <summary>Second tries per first try.</summary>
    public double RetryShare { get; init; } = 0.2;
    /// <summary>Second tries that may be spent at once.</summary>
    public int RetryReserve { get; init; } = 256;
    /// <summary>Whether a slow request is asked of a second backend too.</summary>
    public bool Hedge { get; init; } = true;
    /// <summary>The earliest moment of that; later where this share of the answers takes longer.</summary>
    public int HedgeAfterMs { get; init; } = 50;
    /// <summary>The share of answers that come in time without it.</summary>
    public double HedgeQuantile { get; init; } = 0.95;
    /// <summary>Failures in a row after which a backend is left alone.</summary>
    public int BreakAfter { get; init; } = 5;
    /// <summary>How long at first.</summary>
    public int BreakMs { get; init; } = 1000;
}

/// <summary>Active health checks.</summary>
public sealed record HealthDefinition
{
    /// <summary>The time between two checks of a backend.</summary>
    public int EveryMs { get; init; } = 5000;
    /// <summary>The longest that a check may take.</summary>
    public int TimeoutMs { get; init; } = 2000;
    /// <summary>An address's path that answers with a success when it is well; null: that a connection opens is enough.</summary>
    public string? Path { get; init; }
    /// <summary>Failures in a row that take a backend out.</summary>
    public int FailuresToFall { get; init; } = 2;
    /// <summary>Successes in a row that bring it back.</summary>
    public int SuccessesToRise { get; init; } = 1;
}

/// <summary>Keeping answers of equal requests.</summary>
public sealed record CacheDefinition
{
    /// <summary>How long.</summary>
    public int TtlMs { get; init; } = 60_000;
    /// <summary>The memory that answers may take, in bytes.</summary>
    public long MaxBytes { get; init; } = 64 << 20;
}

/// <summary>Keeping answers until somebody tells what would have been right.</summary>
public sealed record LabelsDefinition
{
    /// <summary>How many times <see cref="PerSecond"/> may come at once.</summary>
    public const int Burst = 20;
    /// <summary>Answers a second that are kept at most, over a while; each server counts for itself.</summary>
    public int PerSecond { get; init; } = 50;
    /// <summary>The newest that are kept.</summary>
    public int Keep { get; init; } = 20_000;
}

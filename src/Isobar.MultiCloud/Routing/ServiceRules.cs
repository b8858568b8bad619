using Isobar.Core.Results;

namespace Isobar.MultiCloud.Routing;

/// <summary>What a service must be like; every fault is told, not the first alone.</summary>
public static class ServiceRules
{
    /// <summary>The bits of a mask.</summary>
    public const int MaxBackends = 64;
    /// <summary>The names of the policies.</summary>
    public static readonly IReadOnlyList<string> Policies = ["weighted", "latency", "price", "sticky", "priority"];

    /// <summary>Whether this can be a service's name: it stands in paths.</summary>
    public static bool IsName(string name) => name.Length is >= 1 and <= 63 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>All faults; empty when there are none.</summary>
    public static IReadOnlyList<Fault> Check(ServiceDefinition service)
    {
        var faults = new List<Fault>();
        // JSON may say null where an object belongs; nothing below could look at it.
        foreach (var (i, backend) in service.Backends.Index())
            if (backend is null) Add($"backends[{i}]", null, "A backend is an object, not null.");
        if (faults.Count > 0) return faults;
        if (service.Backends.Count is < 1 or > MaxBackends) Add("backends", service.Backends.Count, $"There are 1 to {MaxBackends} backends.");
        foreach (var (i, backend) in service.Backends.Index()) CheckBackend(faults, $"backends[{i}]", backend, service.Backends.Take(i));
        if (!Policies.Contains(service.Policy)) Add("policy", service.Policy, $"The policy is one of {string.Join(", ", Policies)}.");
        if (service.Access is not ("open" or "keys")) Add("access", service.Access, "The access is open or keys.");
        if (service.Answers is not ("own" or "values")) Add("answers", service.Answers, "The answers are own or values.");
        Range("maxConcurrent", service.MaxConcurrent, 1, 1_000_000);
        Range("maxBodyBytes", service.MaxBodyBytes, 1, 100 << 20);
        if (service.Policy == "price")
            foreach (var (i, backend) in service.Backends.Index())
                if (backend.Price is null && backend.Name != service.Canary?.Backend && backend.Name != service.Shadow?.Backend) Add($"backends[{i}].price", null, "With the policy price each backend has one, in US dollars per million requests.");
        CheckRoles(service, Add, Range);
        var r = service.Resilience;
        Range("resilience.maxTries", r.MaxTries, 1, 10);
        Range("resilience.tryTimeoutMs", r.TryTimeoutMs, 1, 3_600_000);
        Range("resilience.timeoutMs", r.TimeoutMs, 1, 3_600_000);
        Range("resilience.retryShare", r.RetryShare, 0, 1);
        Range("resilience.retryReserve", r.RetryReserve, 0, 100_000);
        Range("resilience.hedgeAfterMs", r.HedgeAfterMs, 1, 3_600_000);
        Range("resilience.hedgeQuantile", r.HedgeQuantile, 0.5, 0.9999);
        Range("resilience.breakAfter", r.BreakAfter, 1, 1000);
        Range("resilience.breakMs", r.BreakMs, 1, 600_000);
        Range("health.everyMs", service.Health.EveryMs, 50, 3_600_000);
        Range("health.timeoutMs", service.Health.TimeoutMs, 1, 60_000);
        Range("health.failuresToFall", service.Health.FailuresToFall, 1, 100);
        Range("health.successesToRise", service.Health.SuccessesToRise, 1, 100);
        if (service.Health.Path is { } path && !path.StartsWith('/')) Add("health.path", path, "The path begins with a slash.");
        if (service.Cache is { } cache)
        {
            Range("cache.ttlMs", cache.TtlMs, 1, 86_400_000);
            Range("cache.maxBytes", cache.MaxBytes, 1024, 4L << 30);
        }
        if (service.Labels is { } labels)
        {
            Range("labels.perSecond", labels.PerSecond, 1, 1000);
            Range("labels.keep", labels.Keep, 1, 1_000_000);
        }
        return faults;

        void Add(string field, object? value, string message) => faults.Add(new(field, FormattableString.Invariant($"{value}"), message));

        void Range(string field, double value, double least, double most)
        {
            if (!(value >= least && value <= most)) Add(field, value, FormattableString.Invariant($"{field} lies between {least} and {most}."));
        }
    }

    private static void CheckBackend(List<Fault> faults, string at, BackendDefinition backend, IEnumerable<BackendDefinition> before)
    {
        if (!IsName(backend.Name)) faults.Add(new($"{at}.name", backend.Name, "A name has 1 to 63 letters, digits, hyphens, underscores and dots, and begins with a letter or digit."));
        else if (before.Any(b => b.Name == backend.Name)) faults.Add(new($"{at}.name", backend.Name, "Another backend has this name."));
        if (backend.Url is { } url)
        {
            if (backend.Cloud is not null || backend.Endpoint is not null) faults.Add(new($"{at}.url", url, "A backend has either url, or cloud and endpoint."));
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) faults.Add(new($"{at}.url", url, "The url is absolute, http or https."));
            else if (uri.UserInfo.Length > 0) faults.Add(new($"{at}.url", null, "The url holds no credentials."));
        }
        else if (string.IsNullOrEmpty(backend.Cloud) || string.IsNullOrEmpty(backend.Endpoint)) faults.Add(new($"{at}.{(string.IsNullOrEmpty(backend.Cloud) ? "cloud" : "endpoint")}", null, "A backend has either url, or cloud and endpoint."));
        if (!(backend.Weight >= 0 && backend.Weight <= 1e9)) faults.Add(new($"{at}.weight", FormattableString.Invariant($"{backend.Weight}"), "A weight lies between 0 and 1000000000."));
        if (backend.Price is < 0) faults.Add(new($"{at}.price", FormattableString.Invariant($"{backend.Price}"), "A price is at least 0."));
        if (backend.Capacity is < 1) faults.Add(new($"{at}.capacity", FormattableString.Invariant($"{backend.Capacity}"), "A capacity is at least 1."));
    }

    private static void CheckRoles(ServiceDefinition service, Action<string, object?, string> add, Action<string, double, double, double> range)
    {
        var names = service.Backends.Select(b => b.Name).ToHashSet(StringComparer.Ordinal);
        if (service.Canary is { } canary)
        {
            if (!names.Contains(canary.Backend)) add("canary.backend", canary.Backend, "The canary is one of the backends.");
            if (canary.Steps.Count is < 1 or > 20 || canary.Steps.Any(s => !(s > 0 && s <= 100)) || canary.Steps.Zip(canary.Steps.Skip(1)).Any(p => p.First >= p.Second)) add("canary.steps", string.Join(", ", canary.Steps), "The steps are 1 to 20 percentages above 0 and at most 100, each larger than the one before.");
            range("canary.requestsPerStep", canary.RequestsPerStep, 10, 10_000_000);
            range("canary.stepSeconds", canary.StepSeconds, 0, 2_592_000);
            range("canary.maxFailureShare", canary.MaxFailureShare, 0, 1);
            range("canary.falseAlarm", canary.FalseAlarm, 1e-6, 0.5);
            range("canary.latencyTolerance", canary.LatencyTolerance, 1, 100);
        }
        if (service.Shadow is { } shadow)
        {
            if (!names.Contains(shadow.Backend)) add("shadow.backend", shadow.Backend, "The shadow is one of the backends.");
            if (shadow.Backend == service.Canary?.Backend) add("shadow.backend", shadow.Backend, "The canary cannot be the shadow too.");
            range("shadow.percent", shadow.Percent, 0, 100);
        }
        if (names.Count > 0 && names.All(n => n == service.Canary?.Backend || n == service.Shadow?.Backend)) add("backends", names.Count, "Beside canary and shadow there is at least one backend.");
    }
}

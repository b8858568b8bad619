namespace Isobar.Aws.SageMaker.Resources;

/// <summary>A resource as the emulator keeps it: what was asked for, with what the service adds.</summary>
/// <param name="Request">The request that created it (or the last that changed it).</param>
/// <param name="Facts">What the dialect must remember besides, by its own keys.</param>
internal sealed record Stored<T>(string Name, string Arn, string Account, string Region, T Request, DateTimeOffset Created, DateTimeOffset Modified, IReadOnlyDictionary<string, string>? Facts = null)
    where T : class
{
    public string? Fact(string key) => Facts?.GetValueOrDefault(key);

    public Stored<T> With(string key, string? value)
    {
        var facts = new Dictionary<string, string>(Facts ?? new Dictionary<string, string>());
        if (value is null) facts.Remove(key);
        else facts[key] = value;
        return this with { Facts = facts };
    }

    /// <summary>The engine's id of what this describes.</summary>
    public string EngineId => SageMakerIds.Engine(Account, Region, Name);
}

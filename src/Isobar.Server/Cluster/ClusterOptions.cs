using Npgsql;

namespace Isobar.Server.Cluster;

/// <summary>How a server is one of several.</summary>
public sealed record ClusterOptions
{
    /// <summary>The PostgreSQL database that all silos share, as Npgsql writes it: <c>Host=db;Database=isobar;Username=isobar</c>. The password comes from <c>PGPASSWORD</c> or <c>PGPASSFILE</c> where it is not in here.</summary>
    public required string Connection { get; init; }
    /// <summary>Tells clusters in one database apart.</summary>
    public string Id { get; init; } = "isobar";
    /// <summary>The port by which silos speak to each other; 0 for any free one. Their words are not encrypted: it belongs in a network of their own.</summary>
    public int SiloPort { get; init; } = 11111;

    /// <summary>What is wrong with the connection; null: nothing. The text itself is not repeated: it may hold a password.</summary>
    public string? Fault
    {
        get
        {
            try { return new NpgsqlConnectionStringBuilder(Connection).Host is { Length: > 0 } ? null : "it names no Host"; }
            catch (ArgumentException e) { return e.Message.Contains("Password", StringComparison.OrdinalIgnoreCase) ? "it is not as Npgsql writes it" : e.Message; }
        }
    }

    /// <summary>Without the connection, which may hold a password.</summary>
    public override string ToString() => $"cluster {Id}, silo port {SiloPort}";
}

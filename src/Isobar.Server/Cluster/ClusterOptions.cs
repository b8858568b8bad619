using System.Net;
using Npgsql;

namespace Isobar.Server.Cluster;

/// <summary>How a server is one of several.</summary>
public sealed record ClusterOptions
{
    /// <summary>The PostgreSQL database that all silos share, as Npgsql writes it: <c>Host=db;Database=isobar;Username=isobar</c>. The password comes from <c>PGPASSWORD</c> or <c>PGPASSFILE</c> where it is not in here.</summary>
    public required string Connection { get; init; }
    /// <summary>Tells clusters in one database apart.</summary>
    public string Id { get; init; } = "isobar";
    /// <summary>The port by which silos speak to each other; 0 for any free one. They speak TLS, and each shows the other a certificate of the cluster's authority.</summary>
    public int SiloPort { get; init; } = 11111;
    /// <summary>The address by which the other silos reach this one; null: the one that is listened on, or that the machine has towards the database where it listens on all.</summary>
    public IPAddress? Advertise { get; init; }
    /// <summary>This silo's certificate and its private key, PEM, for client and server authentication; null: made at each start, of an authority that lies in the database.</summary>
    public string? CertificateFile { get; init; }
    /// <summary>The certificate, PEM, of the authority that signed those of all silos; goes with <see cref="CertificateFile"/>. Whatever it signs is a silo: it is to sign nothing else.</summary>
    public string? AuthorityFile { get; init; }

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

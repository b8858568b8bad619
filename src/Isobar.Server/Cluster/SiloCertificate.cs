using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Isobar.MultiCloud.State;
using Isobar.Server.Ports;
using Orleans.Connections.Security;

namespace Isobar.Server.Cluster;

/// <summary>
/// What a silo shows to the others, and by which it knows them: a certificate of an authority that is the cluster's alone. Whoever has none is not spoken with, in
/// either direction, and what silos say to each other is encrypted.
/// </summary>
internal sealed class SiloCertificate(X509Certificate2 own, X509Certificate2 authority) : IDisposable
{
    /// <summary>The name that certificates are for: a silo is known by who signed, not by where it is.</summary>
    public const string Name = "isobar-silo";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>The files that were given, or a fresh certificate of the authority that lies in the database: the first silo makes it.</summary>
    /// <exception cref="IOException">A file is not what it should be.</exception>
    public static SiloCertificate Of(ClusterOptions options, string dataDirectory, ISharedFiles shared, TimeProvider time)
    {
        if (options is { CertificateFile: { } file, AuthorityFile: { } trusted }) return Read(file, trusted);
        var now = time.GetUtcNow();
        var path = Founding.Path(Path.Combine(dataDirectory, "control", $"silo-authority-{options.Id}.pem"), shared, fresh =>
        {
            using var made = CertificateAuthority.MakeAuthority("Isobar cluster authority", now);
            using var writer = CertificateAuthority.Open(fresh);
            writer.WriteLine(made.ExportCertificatePem());
            writer.WriteLine(made.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        });
        var authority = X509Certificate2.CreateFromPemFile(path);
        return new(CertificateAuthority.Sign(authority, Name, names => names.AddDnsName(Name), [ServerAuthentication, ClientAuthentication], now, authority.NotAfter), authority);
    }

    /// <summary>Whether another side's certificate is one of this cluster.</summary>
    public bool Knows(X509Certificate2? other)
    {
        if (other is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        // An authority of a cluster has no list of revocations: who is to be shut out gets another authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(other);
    }

    /// <summary>Sets both directions.</summary>
    public void Apply(TlsOptions tls)
    {
        tls.LocalCertificate = own;
        tls.LocalClientCertificateSelector = (_, _, _, _, _) => own;
        tls.RemoteCertificateMode = tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => Knows(certificate);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = Name;
    }

    public void Dispose()
    {
        own.Dispose();
        authority.Dispose();
    }

    private static SiloCertificate Read(string file, string trusted)
    {
        try
        {
            var own = CertificateAuthority.Exportable(X509Certificate2.CreateFromPemFile(file));
            var silo = new SiloCertificate(own, X509CertificateLoader.LoadCertificateFromFile(trusted));
            return silo.Knows(own) ? silo : throw new IOException($"The certificate in {file} is not signed by the authority in {trusted}, or is out of date.");
        }
        catch (Exception e) when (e is CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException) { throw new IOException($"{file} holds no certificate with its private key in PEM, or {trusted} no certificate: {e.Message}", e); }
    }
}

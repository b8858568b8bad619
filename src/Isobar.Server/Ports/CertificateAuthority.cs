using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Isobar.Server.Ports;

/// <summary>The certificate authority of this data directory and the server certificate it signs. Made at first start; keys are readable by their owner alone.</summary>
internal static class CertificateAuthority
{
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>Where the authority's certificate lies, in PEM: what clients are told to trust.</summary>
    public static string PathIn(string dataDirectory) => Path.GetFullPath(Path.Combine(dataDirectory, "tls", "ca.pem"));

    public static X509Certificate2 ServerCertificate(string dataDirectory, TimeProvider time)
    {
        var folder = Path.GetDirectoryName(PathIn(dataDirectory))!;
        Directory.CreateDirectory(folder);
        var now = time.GetUtcNow();
        using var authority = LoadOrMake(folder, "ca", now, TimeSpan.Zero, () => MakeAuthority("Isobar local authority", now), out var isNew);
        return LoadOrMake(folder, "server", isNew ? DateTimeOffset.MaxValue - RenewBefore : now, RenewBefore, () => MakeServer(authority, now), out _);
    }

    private static X509Certificate2 LoadOrMake(string folder, string name, DateTimeOffset now, TimeSpan before, Func<X509Certificate2> make, out bool isNew)
    {
        string pem = Path.Combine(folder, name + ".pem"), key = Path.Combine(folder, name + ".key");
        isNew = false;
        if (File.Exists(pem) && File.Exists(key))
        {
            var found = X509Certificate2.CreateFromPemFile(pem, key);
            if (found.NotAfter.ToUniversalTime() - before > now.UtcDateTime) return Exportable(found);
            found.Dispose();
        }
        isNew = true;
        var made = make();
        using (var file = Open(key)) file.Write(made.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(pem, made.ExportCertificatePem());
        return Exportable(made);
    }

    /// <summary>TLS on some platforms takes only keys that went through a PKCS #12 container.</summary>
    public static X509Certificate2 Exportable(X509Certificate2 certificate)
    {
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Opens a new file that its owner alone may read.</summary>
    public static StreamWriter Open(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(path, options);
    }

    /// <summary>Makes an authority that signs itself.</summary>
    public static X509Certificate2 MakeAuthority(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-1), now + AuthorityLife);
    }

    /// <summary>Makes a certificate with a key of its own, for these names and uses (object identifiers).</summary>
    public static X509Certificate2 Sign(X509Certificate2 authority, string subject, Action<SubjectAlternativeNameBuilder> naming, IReadOnlyList<string> uses, DateTimeOffset now, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        naming(names);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(u => new Oid(u))], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        // Another machine's clock may have been ahead when it made the authority.
        DateTimeOffset begin = now.AddDays(-1), earliest = authority.NotBefore;
        using var signed = request.Create(authority, begin > earliest ? begin : earliest, end, RandomNumberGenerator.GetBytes(16));
        return Exportable(signed.CopyWithPrivateKey(key));
    }

    private static X509Certificate2 MakeServer(X509Certificate2 authority, DateTimeOffset now) => Sign(authority, "localhost", names =>
    {
        foreach (var name in new[] { "localhost", "*.localhost", "*.s3.localhost", "host.docker.internal" }) names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
    }, ["1.3.6.1.5.5.7.3.1"], now, now + ServerLife);
}

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
        using var authority = LoadOrMake(folder, "ca", now, TimeSpan.Zero, () => MakeAuthority(now), out var isNew);
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

    // TLS on some platforms takes only keys that went through a PKCS #12 container.
    private static X509Certificate2 Exportable(X509Certificate2 certificate)
    {
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }

    private static StreamWriter Open(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(path, options);
    }

    private static X509Certificate2 MakeAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Isobar local authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-1), now + AuthorityLife);
    }

    private static X509Certificate2 MakeServer(X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { "localhost", "*.localhost", "*.s3.localhost", "host.docker.internal" }) names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var signed = request.Create(authority, now.AddDays(-1), now + ServerLife, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }
}

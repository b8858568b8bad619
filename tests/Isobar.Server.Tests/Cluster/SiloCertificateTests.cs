using System.Security.Cryptography.X509Certificates;
using Isobar.MultiCloud.State;
using Isobar.Server.Cluster;
using Isobar.Server.Ports;
using Microsoft.Extensions.Time.Testing;
using Orleans.Connections.Security;

namespace Isobar.Server.Tests.Cluster;

/// <summary>Silos know each other by the authority that signed their certificates.</summary>
public sealed class SiloCertificateTests : IDisposable
{
    private const string Server = "1.3.6.1.5.5.7.3.1", Client = "1.3.6.1.5.5.7.3.2";
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-silos-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Silos_OfOneDatabase_KnowEachOtherAndNobodyElse()
    {
        var shared = new SharedFolder(Path.Combine(_folder, "shared"));
        using var first = SiloCertificate.Of(Options(), Path.Combine(_folder, "a"), shared, _time);
        // A machine whose clock is behind joins as well.
        _time.AdjustTime(_time.GetUtcNow().AddMinutes(-5));
        using var second = SiloCertificate.Of(Options(), Path.Combine(_folder, "b"), shared, _time);
        using var stranger = SiloCertificate.Of(Options(), Path.Combine(_folder, "c"), new SharedFolder(Path.Combine(_folder, "elsewhere")), _time);
        Assert.True(first.Knows(Shown(second)));
        Assert.True(second.Knows(Shown(first)));
        Assert.False(first.Knows(Shown(stranger)));
        Assert.False(first.Knows(null));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, "b", "control", "silo-authority-isobar.pem")));
    }

    [Fact]
    public void Silo_ShowsItsCertificateAndAsksForOneInBothDirections()
    {
        using var silo = SiloCertificate.Of(Options(), _folder, new SharedFolder(Path.Combine(_folder, "shared")), _time);
        var tls = new TlsOptions();
        silo.Apply(tls);
        Assert.Equal((RemoteCertificateMode.RequireCertificate, RemoteCertificateMode.RequireCertificate), (tls.RemoteCertificateMode, tls.ClientCertificateMode));
        Assert.False(tls.RemoteCertificateValidation!(null!, null!, System.Net.Security.SslPolicyErrors.None));
    }

    [Fact]
    public void Files_OfOnesOwnAuthority_AreTakenIfTheyFit()
    {
        using var authority = CertificateAuthority.MakeAuthority("Own", _time.GetUtcNow());
        using var other = CertificateAuthority.MakeAuthority("Other", _time.GetUtcNow());
        using var silo = CertificateAuthority.Sign(authority, "a", n => n.AddDnsName("a"), [Server, Client], _time.GetUtcNow(), _time.GetUtcNow().AddDays(90));
        var own = Write("silo.pem", silo.ExportCertificatePem() + "\n" + silo.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var (trusted, wrong) = (Write("ca.pem", authority.ExportCertificatePem()), Write("other.pem", other.ExportCertificatePem()));
        var nowhere = new SharedFolder(Path.Combine(_folder, "shared"));
        using (var taken = SiloCertificate.Of(Options() with { CertificateFile = own, AuthorityFile = trusted }, _folder, nowhere, _time)) Assert.True(taken.Knows(silo));
        Assert.Contains("not signed by", Assert.Throws<IOException>(() => SiloCertificate.Of(Options() with { CertificateFile = own, AuthorityFile = wrong }, _folder, nowhere, _time)).Message, StringComparison.Ordinal);
        Assert.Contains("no certificate", Assert.Throws<IOException>(() => SiloCertificate.Of(Options() with { CertificateFile = trusted, AuthorityFile = trusted }, _folder, nowhere, _time)).Message, StringComparison.Ordinal);
    }

    private static ClusterOptions Options() => new() { Connection = "Host=db" };

    private static X509Certificate2 Shown(SiloCertificate silo)
    {
        var tls = new TlsOptions();
        silo.Apply(tls);
        return tls.LocalCertificate!;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class SharedFolder(string folder) : ISharedFiles
    {
        public Task<bool> HasAsync(string name, CancellationToken ct) => Task.FromResult(File.Exists(PathOf(name)));

        public Task SaveAsync(string name, string path, CancellationToken ct)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            if (!File.Exists(PathOf(name))) File.Copy(path, PathOf(name));
            return Task.CompletedTask;
        }

        public Task<bool> LoadAsync(string name, string path, CancellationToken ct)
        {
            if (!File.Exists(PathOf(name))) return Task.FromResult(false);
            File.Copy(PathOf(name), path, overwrite: true);
            return Task.FromResult(true);
        }

        public Task ReplaceAsync(string name, string path, CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<string, long>> ListAsync(string prefix, CancellationToken ct) => throw new NotSupportedException();

        public Task DeleteAsync(string name, CancellationToken ct) => throw new NotSupportedException();

        public Task DeleteAllAsync(string prefix, CancellationToken ct) => throw new NotSupportedException();

        private string PathOf(string name) => Path.Combine(folder, name);
    }
}

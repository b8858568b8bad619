using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Core.Results;

namespace Isobar.Engine.Keys;

/// <summary>Keys in <c>keys.json</c>, mode 600, replaced as a whole.</summary>
internal sealed class KeyRing(EngineOptions options, TimeProvider time) : IKeyRing
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(10);
    private readonly string _path = Path.Combine(options.DataDirectory, "keys.json");
    private readonly SemaphoreSlim _changing = new(1);
    private volatile Snapshot _known = new([], default);

    public Task<AccessKey> CreateAsync(string account, CancellationToken ct) => AddAsync(NewKey("AKIA", account, null), ct);

    public Task<AccessKey> IssueAsync(string account, TimeSpan lifetime, string? principal, string? principalId, CancellationToken ct) =>
        AddAsync(NewKey("ASIA", account, time.GetUtcNow() + lifetime) with { Token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)), Principal = principal, PrincipalId = principalId }, ct);

    public Task<IReadOnlyList<AccessKey>> ListAsync(CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<AccessKey>>([.. Read().Keys.Values.Where(k => k.Expires is null).OrderBy(k => k.Created).Select(k => k with { Secret = "" })]);

    public async Task<Result<Done>> RevokeAsync(string id, CancellationToken ct)
    {
        var found = false;
        await ChangeAsync(keys => found = keys.Remove(id), ct).ConfigureAwait(false);
        return found ? Done.Value : Error.NotFound($"The key {id}");
    }

    public AccessKey? Find(string id) => Read().Keys.TryGetValue(id, out var key) && (key.Expires is not { } end || end > time.GetUtcNow()) ? key : null;

    private AccessKey NewKey(string prefix, string account, DateTimeOffset? expires) => new(
        prefix + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40), account, time.GetUtcNow(), null, expires);

    private async Task<AccessKey> AddAsync(AccessKey key, CancellationToken ct)
    {
        await ChangeAsync(keys => keys[key.Id] = key, ct).ConfigureAwait(false);
        return key;
    }

    private async Task ChangeAsync(Action<Dictionary<string, AccessKey>> change, CancellationToken ct)
    {
        await _changing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            Directory.CreateDirectory(options.DataDirectory);
            using var held = await HoldAsync(ct).ConfigureAwait(false);
            var now = time.GetUtcNow();
            var keys = Read().Keys.Where(k => k.Value.Expires is not { } end || end > now).ToDictionary();
            change(keys);
            var fresh = _path + "." + Guid.NewGuid().ToString("n");
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new FileStream(fresh, mode))
            {
                await JsonSerializer.SerializeAsync(file, keys.Values.ToArray(), KeysJson.Default.AccessKeyArray, ct).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            File.Move(fresh, _path, overwrite: true);
            _known = new Snapshot([], default);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The server and the command line change the same file: one at a time.</summary>
    private async Task<FileStream> HoldAsync(CancellationToken ct)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try { return new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException) when (time.GetElapsedTime(start) < LockTimeout) { await Task.Delay(TimeSpan.FromMilliseconds(20), time, ct).ConfigureAwait(false); }
        }
    }

    private Snapshot Read()
    {
        var written = File.GetLastWriteTimeUtc(_path);
        var known = _known;
        if (known.Written == written) return known;
        if (!File.Exists(_path)) return _known = new Snapshot([], written);
        using var file = File.OpenRead(_path);
        var keys = JsonSerializer.Deserialize(file, KeysJson.Default.AccessKeyArray) ?? [];
        return _known = new Snapshot(keys.ToDictionary(k => k.Id), written);
    }

    private sealed record Snapshot(Dictionary<string, AccessKey> Keys, DateTime Written);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessKey[]))]
internal sealed partial class KeysJson : JsonSerializerContext;

using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Isobar.Aws.Protocols;
using Isobar.Aws.S3;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Aws.Tests.S3;

/// <summary>
/// Conversations with S3, byte for byte: each file of Golden/ holds requests (after <c>&gt;&gt;&gt;</c>) and the answers that must come (after <c>&lt;&lt;&lt;</c>),
/// against a store that is empty at the file's start. Run with ISOBAR_UPDATE_GOLDEN=1 to write the answers anew, and read the difference.
/// </summary>
public sealed partial class S3GoldenTests : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Here())!, "Golden");
    private readonly string _data = Directory.CreateTempSubdirectory("isobar-golden-").FullName;
    private readonly ServiceProvider _services;
    private readonly S3Emulator _emulator;
    private readonly Dictionary<string, string> _names = [];
    private string _uploadId = "";

    public S3GoldenTests()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        _services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton(new Engine.EngineOptions { DataDirectory = _data }).AddObjects().BuildServiceProvider();
        _emulator = new S3Emulator(_services.GetRequiredService<IObjectStore>(), time, NullLogger<S3Emulator>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    public static TheoryData<string> Files() => [.. Directory.EnumerateFiles(Folder, "*.http").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task HandleAsync_Conversation_IsAnsweredAsWritten(string name)
    {
        var path = Path.Combine(Folder, name + ".http");
        var wanted = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        var actual = new StringBuilder();
        foreach (var exchange in wanted.Split(">>> ", StringSplitOptions.RemoveEmptyEntries))
        {
            var request = exchange.Split("\n<<<\n")[0].TrimEnd('\n');
            actual.Append(">>> ").Append(request).Append("\n<<<\n").Append(await ExchangeAsync(request)).Append("\n\n");
        }
        if (Environment.GetEnvironmentVariable("ISOBAR_UPDATE_GOLDEN") == "1") await File.WriteAllTextAsync(path, actual.ToString());
        else Assert.Equal(wanted.TrimEnd(), actual.ToString().TrimEnd());
    }

    private async Task<string> ExchangeAsync(string text)
    {
        var split = text.Split("\n\n", 2);
        var lines = split[0].Replace("{uploadId}", _uploadId, StringComparison.Ordinal).Split('\n');
        foreach (var (id, mask) in _names) lines[0] = lines[0].Replace(mask, id, StringComparison.Ordinal);
        var http = new DefaultHttpContext();
        var (method, target) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1]);
        http.Request.Method = method;
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        http.Request.QueryString = new QueryString(target.Contains('?') ? target[target.IndexOf('?')..] : "");
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("localhost"));
        foreach (var line in lines.Skip(1)) http.Request.Headers.Append(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
        var chunked = http.Request.Headers["x-amz-content-sha256"].ToString().StartsWith("STREAMING", StringComparison.Ordinal);
        var body = Encoding.UTF8.GetBytes(split.Length < 2 ? "" : chunked ? split[1].Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n\r\n" : split[1]);
        if (http.Request.ContentLength is null && (body.Length > 0 || method is "PUT" or "POST")) http.Request.ContentLength = body.Length;
        http.Request.Body = new MemoryStream(body);
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await _emulator.HandleAsync(new AwsRequest(http));
        return Mask(Print(http, answer));
    }

    private static string Print(DefaultHttpContext http, MemoryStream body)
    {
        var text = new StringBuilder().Append(http.Response.StatusCode);
        foreach (var (name, value) in http.Response.Headers.OrderBy(h => h.Key, StringComparer.OrdinalIgnoreCase)) text.Append('\n').Append(name).Append(": ").Append(IsMasked(http, name) ? "{n}" : value.ToString());
        if (body.Length > 0) text.Append("\n\n").Append(Encoding.UTF8.GetString(body.ToArray()).TrimStart('\uFEFF'));
        return text.ToString();
    }

    /// <summary>The length of an XML document depends on the masked ids.</summary>
    private static bool IsMasked(HttpContext http, string header) => header == "Content-Length" && http.Response.ContentType == "application/xml";

    private string Mask(string text)
    {
        if (UploadId().Match(text) is { Success: true } upload) _uploadId = upload.Groups[1].Value;
        if (_uploadId.Length > 0) text = text.Replace(_uploadId, "{uploadId}", StringComparison.Ordinal);
        foreach (Match version in VersionId().Matches(text))
        {
            var id = version.Value;
            if (!_names.ContainsKey(id)) _names[id] = "{version" + (_names.Count + 1) + "}";
        }
        foreach (var (id, mask) in _names) text = text.Replace(id, mask, StringComparison.Ordinal);
        return Ids().Replace(text, "$1{id}$2");
    }

    [GeneratedRegex("<InitiateMultipartUploadResult.*<UploadId>(.*?)</UploadId>")]
    private static partial Regex UploadId();

    [GeneratedRegex(@"\b[0-9a-f]{40}\b")]
    private static partial Regex VersionId();

    [GeneratedRegex("(<RequestId>|<HostId>|x-amz-request-id: |x-amz-id-2: )[^<\n]+(|<)")]
    private static partial Regex Ids();

    private static string Here([CallerFilePath] string path = "") => path;
}

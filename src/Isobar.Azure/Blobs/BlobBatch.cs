using System.Globalization;
using System.Text;
using Isobar.Azure.Protocols.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Isobar.Azure.Blobs;

/// <summary>Several requests in one: deletions and changes of tier, each answered on its own.</summary>
internal sealed class BlobBatch
{
    private const int MostRequests = 256, LongestBody = 4 << 20;

    // 1. Read the parts. 2. Run each as if it had come alone, and keep its answer. 3. Send the answers in the order of the requests.
    public async Task RunAsync(HttpContext http, BlobTarget target, Func<HttpContext, BlobTarget, Task> answer)
    {
        // 1.
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || type.MediaType != "multipart/mixed" || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 } boundary)
            throw StorageFault.Header("Content-Type", http.Request.ContentType, "must be multipart/mixed with a boundary");
        if (http.Request.ContentLength is null or > LongestBody) throw new StorageFault(413, "RequestBodyTooLarge", $"A batch has at most {LongestBody} bytes, and tells its length.");
        var reader = new MultipartReader(boundary.ToString(), http.Request.Body) { BodyLengthLimit = LongestBody };
        var parts = new List<(string? Id, string Text)>();
        while (await ReadAsync(reader, http.RequestAborted).ConfigureAwait(false) is { } section)
        {
            if (parts.Count == MostRequests) throw new StorageFault(400, "InvalidInput", $"A batch has at most {MostRequests} requests.");
            using var text = new StreamReader(section.Body, Encoding.UTF8);
            parts.Add((section.Headers?["Content-ID"].ToString(), await text.ReadToEndAsync(http.RequestAborted).ConfigureAwait(false)));
        }
        if (parts.Count == 0) throw new StorageFault(400, "InvalidInput", "The batch holds no request.");

        // 2.
        var mark = $"batchresponse_{Guid.NewGuid()}";
        var answers = new StringBuilder();
        foreach (var (id, text) in parts)
        {
            answers.Append("--").Append(mark).Append("\r\nContent-Type: application/http\r\n");
            if (id is { Length: > 0 }) answers.Append("Content-ID: ").Append(id).Append("\r\n");
            answers.Append("\r\n").Append(await OneAsync(http, target, text, answer).ConfigureAwait(false)).Append("\r\n");
        }

        // 3.
        http.Response.StatusCode = 202;
        http.Response.ContentType = $"multipart/mixed; boundary={mark}";
        await http.Response.WriteAsync(answers.Append("--").Append(mark).Append("--\r\n").ToString()).ConfigureAwait(false);
    }

    private static async Task<MultipartSection?> ReadAsync(MultipartReader reader, CancellationToken ct)
    {
        try
        {
            return await reader.ReadNextSectionAsync(ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new StorageFault(400, "InvalidInput", $"The batch is not well formed: {e.Message}");
        }
    }

    private static async Task<string> OneAsync(HttpContext outer, BlobTarget account, string text, Func<HttpContext, BlobTarget, Task> answer)
    {
        var inner = new DefaultHttpContext { RequestServices = outer.RequestServices, RequestAborted = outer.RequestAborted };
        using var body = new MemoryStream();
        inner.Response.Body = body;
        try
        {
            await answer(inner, Parse(inner.Request, outer.Request, account, text)).ConfigureAwait(false);
        }
        catch (StorageFault fault)
        {
            await fault.WriteAsync(inner).ConfigureAwait(false);
        }
        var told = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {inner.Response.StatusCode} {ReasonPhrases.GetReasonPhrase(inner.Response.StatusCode)}\r\n"));
        foreach (var (name, value) in inner.Response.Headers) told.Append(name).Append(": ").Append(value).Append("\r\n");
        if (body.Length > 0) told.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        return told.Append("\r\n").Append(Encoding.UTF8.GetString(body.ToArray())).ToString();
    }

    /// <summary>Fills a request from its text; gives what it is addressed to.</summary>
    private static BlobTarget Parse(HttpRequest request, HttpRequest outer, BlobTarget account, string text)
    {
        var lines = text.Split('\n').Select(l => l.TrimEnd('\r')).SkipWhile(l => l.Length == 0).ToList();
        if (lines.Count == 0 || lines[0].Split(' ') is not [var method, var address, _]) throw new StorageFault(400, "InvalidInput", "A part of the batch begins with no request line.");
        (request.Method, request.Scheme, request.Host) = (method, outer.Scheme, outer.Host);
        var question = address.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? address : address[..question];
        if (question >= 0) request.QueryString = new QueryString(address[question..]);
        foreach (var line in lines.Skip(1).TakeWhile(l => l.Length > 0))
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) request.Headers.Append(line[..colon].Trim(), line[(colon + 1)..].Trim());
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = address;
        // Where the account stands in the path, it does so here too.
        var named = path.TrimStart('/');
        if (!named.StartsWith(account.Account + "/", StringComparison.Ordinal)) named = $"{account.Account}/{named}";
        var target = BlobTarget.Parse(named, request.Query["snapshot"].ToString());
        var isAllowed = target is { Blob.Length: > 0 } && (method == "DELETE" && request.Query["comp"].Count == 0 || method == "PUT" && request.Query["comp"] == "tier") && (account.Container.Length == 0 || account.Container == target.Container);
        return isAllowed ? target! : throw new StorageFault(400, "InvalidInput", $"A batch deletes blobs and sets their tiers; {method} {path} is neither{(account.Container.Length > 0 ? $", or not in '{account.Container}'" : "")}.");
    }
}

using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Google.Storage;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Texts and pictures that an instance names by their <c>gs://</c> address, as batch predictions do.</summary>
internal sealed class GcsContent(IObjectStore objects)
{
    private const string Scheme = "gs://";
    private const int MaxBytes = 30 << 20;

    public static bool Names(string content) => content.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Reads an object. It lies on this machine, so that waiting for it here holds nothing up for long.</summary>
    public Result<byte[]> Read(string uri)
    {
        var slash = uri.IndexOf('/', Scheme.Length);
        if (slash < 0 || !StorageNames.IsBucket(uri[Scheme.Length..slash])) return new Error(ErrorCode.InvalidArgument, $"'{uri}' does not look like gs://bucket/path.");
        var opened = Task.Run(() => objects.OpenAsync(new BucketName(StorageNames.Realm, uri[Scheme.Length..slash]), uri[(slash + 1)..])).GetAwaiter().GetResult();
        if (!opened.TryGet(out var content, out var error)) return new Error(ErrorCode.InvalidArgument, $"{uri} cannot be read. {error.Message}");
        using (content.Content)
        {
            if (content.Length > MaxBytes) return new Error(ErrorCode.InvalidArgument, $"{uri} has {content.Length} bytes; at most {MaxBytes} are taken.");
            using var all = new MemoryStream();
            content.Content.CopyTo(all);
            return all.ToArray();
        }
    }
}

using System.IO.Compression;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>Reads every file of a channel's folder, in the order of their paths, into one table.</summary>
public static class TableReader
{
    /// <summary>Reads a folder, subfolders included; files ending in <c>.gz</c> are unpacked on the way.</summary>
    public static async Task<Result<DataTable>> ReadAsync(string folder, DataLayout layout, CancellationToken ct = default)
    {
        if (layout.Format == DataFormat.Images) return new Error(ErrorCode.InvalidArgument, "Pictures are no rows of a table: automl learns from them.");
        var builder = new TableBuilder();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            var name = Path.GetRelativePath(folder, path);
            var packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
            await using Stream content = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
            try
            {
                var fault = await ReadAsync(content, name, builder, layout.Format, ct).ConfigureAwait(false);
                if (fault is not null) return fault;
            }
            catch (InvalidDataException e)
            {
                return new Error(ErrorCode.InvalidArgument, $"{name}: {e.Message}");
            }
        }
        return builder.Build();
    }

    /// <summary>Reads one content.</summary>
    public static async Task<Result<DataTable>> ReadAsync(Stream content, string name, DataFormat format, CancellationToken ct = default)
    {
        var builder = new TableBuilder();
        return await ReadAsync(content, name, builder, format, ct).ConfigureAwait(false) is { } error ? error : builder.Build();
    }

    private static Task<Error?> ReadAsync(Stream content, string name, TableBuilder builder, DataFormat format, CancellationToken ct) => format switch
    {
        DataFormat.Csv => CsvRows.ReadAsync(content, name, builder, header: false, ct),
        DataFormat.CsvWithHeader => CsvRows.ReadAsync(content, name, builder, header: true, ct),
        DataFormat.LibSvm => LibSvmRows.ReadAsync(content, name, builder, ct),
        DataFormat.JsonLines => JsonLinesRows.ReadAsync(content, name, builder, ct),
        DataFormat.Parquet => ParquetRows.ReadAsync(content, name, builder, ct),
        DataFormat.RecordIoProtobuf => RecordIoRows.ReadAsync(content, name, builder, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };
}

using System.Globalization;
using Isobar.Core.Results;
using Parquet;
using Parquet.Schema;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>Parquet, flat columns.</summary>
internal static class ParquetRows
{
    public static async Task<Error?> ReadAsync(Stream content, string name, TableBuilder builder, CancellationToken ct)
    {
        Stream seekable = content;
        if (!content.CanSeek)
        {
            seekable = new MemoryStream();
            await content.CopyToAsync(seekable, ct).ConfigureAwait(false);
            seekable.Position = 0;
        }
        try
        {
            await using var reader = await ParquetReader.CreateAsync(seekable, cancellationToken: ct).ConfigureAwait(false);
            var fields = reader.Schema.GetDataFields();
            var columns = fields.Select(f => builder.Column(f.Name)).ToArray();
            for (var g = 0; g < reader.RowGroupCount; g++)
            {
                using var group = reader.OpenRowGroupReader(g);
                var data = new Array[fields.Length];
                for (var f = 0; f < fields.Length; f++) data[f] = await ReadColumnAsync(group, fields[f], ct).ConfigureAwait(false);
                for (var r = 0; r < group.RowCount; r++)
                {
                    for (var f = 0; f < fields.Length; f++)
                    {
                        if (Set(builder, columns[f], data[f].GetValue(r))) continue;
                        return new Error(ErrorCode.InvalidArgument, $"{name}: the column '{fields[f].Name}' has the type {fields[f].ClrType.Name}, which is not a number, truth value or text.");
                    }
                    if (builder.EndRow() is { } full) return full;
                }
            }
            return null;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or ParquetException or NotSupportedException)
        {
            return new Error(ErrorCode.InvalidArgument, $"{name}: not a readable Parquet file ({e.Message})");
        }
    }

    private static async Task<Array> ReadColumnAsync(ParquetRowGroupReader group, DataField field, CancellationToken ct)
    {
        var type = field.ClrType;
        // Parquet.Net 6 calls a column of texts by the type in which it holds them.
        if (type == typeof(string) || type == typeof(ReadOnlyMemory<char>))
        {
            var texts = new string?[group.RowCount];
            await group.ReadAsync(field, texts.AsMemory()!, null, ct).ConfigureAwait(false);
            return texts;
        }
        return type == typeof(float) ? await ReadAsync<float>(group, field, ct).ConfigureAwait(false)
            : type == typeof(double) ? await ReadAsync<double>(group, field, ct).ConfigureAwait(false)
            : type == typeof(int) ? await ReadAsync<int>(group, field, ct).ConfigureAwait(false)
            : type == typeof(long) ? await ReadAsync<long>(group, field, ct).ConfigureAwait(false)
            : type == typeof(short) ? await ReadAsync<short>(group, field, ct).ConfigureAwait(false)
            : type == typeof(byte) ? await ReadAsync<byte>(group, field, ct).ConfigureAwait(false)
            : type == typeof(sbyte) ? await ReadAsync<sbyte>(group, field, ct).ConfigureAwait(false)
            : type == typeof(ushort) ? await ReadAsync<ushort>(group, field, ct).ConfigureAwait(false)
            : type == typeof(uint) ? await ReadAsync<uint>(group, field, ct).ConfigureAwait(false)
            : type == typeof(ulong) ? await ReadAsync<ulong>(group, field, ct).ConfigureAwait(false)
            : type == typeof(decimal) ? await ReadAsync<decimal>(group, field, ct).ConfigureAwait(false)
            : type == typeof(bool) ? await ReadAsync<bool>(group, field, ct).ConfigureAwait(false)
            : throw new NotSupportedException($"the column '{field.Name}' has the type {type.Name}; numbers, truth values and texts are read");
    }

    private static async Task<Array> ReadAsync<T>(ParquetRowGroupReader group, DataField field, CancellationToken ct) where T : struct
    {
        var rows = (int)group.RowCount;
        if (field.IsNullable)
        {
            var optional = new T?[rows];
            await group.ReadAsync(field, optional.AsMemory(), null, ct).ConfigureAwait(false);
            return optional;
        }
        var values = new T[rows];
        await group.ReadAsync(field, values.AsMemory(), null, ct).ConfigureAwait(false);
        return values;
    }

    private static bool Set(TableBuilder builder, int column, object? value)
    {
        switch (value)
        {
            case null: builder.Set(column, float.NaN); return true;
            case string text: builder.Set(column, text); return true;
            case bool flag: builder.Set(column, flag ? 1 : 0); return true;
            case IConvertible number and not DateTime: builder.Set(column, number.ToSingle(CultureInfo.InvariantCulture)); return true;
            default: return false;
        }
    }
}

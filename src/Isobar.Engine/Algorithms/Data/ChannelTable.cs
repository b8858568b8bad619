using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>Puts a channel that is written otherwise than the training channel into the latter's columns: features correspond by their place.</summary>
internal static class ChannelTable
{
    // 1. the features in their order; 2. the label and the weight where training has them; 3. a label that only this channel has.
    public static Result<DataTable> InColumnsOf(DataTable train, DataLayout trainLayout, DataTable table, DataLayout layout, string channel)
    {
        if (!ColumnRoles.Find(train, trainLayout).TryGet(out var to, out var error)) return error;
        if (!ColumnRoles.Find(table, layout).TryGet(out var from, out error)) return error;
        if (from.Features.Count > to.Features.Count || (from.Features.Count < to.Features.Count && layout.Format != DataFormat.LibSvm))
            return new Error(ErrorCode.InvalidArgument, $"The channel '{channel}' has {from.Features.Count} features and the training channel has {to.Features.Count}.");

        // 1.
        var missing = new float[table.Rows];
        Array.Fill(missing, float.NaN);
        var columns = train.Columns.Select(c => new DataColumn(c.Name, missing, null)).ToList();
        for (var i = 0; i < from.Features.Count; i++) Put(to.Features[i], from.Features[i]);

        // 2.
        if (to.Label >= 0)
        {
            if (from.Label < 0) return new Error(ErrorCode.InvalidArgument, $"The channel '{channel}' has no label.");
            Put(to.Label, from.Label);
        }
        if (to.Weight >= 0 && from.Weight >= 0) Put(to.Weight, from.Weight);

        // 3.
        if (to.Label < 0 && from.Label >= 0 && trainLayout.Label is { } name) columns.Add(table.Columns[from.Label] with { Name = name });
        return new DataTable(columns, table.Rows) { GroupSizes = table.GroupSizes };

        void Put(int place, int column) => columns[place] = table.Columns[column] with { Name = train.Columns[place].Name };
    }
}

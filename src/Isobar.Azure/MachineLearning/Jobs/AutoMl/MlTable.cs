using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Algorithms;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Where an MLTable's files lie, one of three ways.</summary>
/// <param name="Kind"><c>file</c>, <c>folder</c> or <c>pattern</c>.</param>
/// <param name="Path">Relative to the table's folder, or a whole address.</param>
internal sealed record MlTablePath(string Kind, string Path);

/// <summary>The file <c>MLTable</c> of a folder: which files are the table, and how they are read. Transformations that change no row are understood; another is refused by its name.</summary>
/// <param name="Keep">The only columns to take; empty for all.</param>
/// <param name="Drop">Columns to leave out.</param>
internal sealed record MlTable(IReadOnlyList<MlTablePath> Paths, DataFormat? Format, IReadOnlyList<string> Keep, IReadOnlyList<string> Drop)
{
    public const string FileName = "MLTable";
    private static readonly string[] Kinds = ["file", "folder", "pattern"], Top = ["paths", "transformations", "type", "$schema", "metadata"];
    private static readonly string[] Headers = ["all_files_same_headers", "all_files_different_headers"];

    public static MlTable Parse(string text, string field)
    {
        YamlMappingNode root;
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            root = yaml.Documents is [{ RootNode: YamlMappingNode map }] ? map : throw Refused(field, "must be a mapping");
        }
        catch (YamlException e) { throw Refused(field, $"is no YAML: {e.Message}"); }
        if (root.Children.Keys.Select(Text).FirstOrDefault(k => !Top.Contains(k)) is { } unknown) throw Unsupported(field, unknown);
        var paths = List(root, "paths").Select(p => p is YamlMappingNode { Children.Count: 1 } one && Kinds.Contains(Text(one.Children[0].Key)) ? new MlTablePath(Text(one.Children[0].Key), Text(one.Children[0].Value)) : throw Refused(field, "each of its paths must be a file, a folder or a pattern")).ToList();
        if (paths.Count == 0) throw Refused(field, "needs paths");
        DataFormat? format = null;
        var (keep, drop) = (new List<string>(), new List<string>());
        foreach (var step in List(root, "transformations"))
        {
            var (name, value) = step is YamlMappingNode { Children.Count: 1 } one ? (Text(one.Children[0].Key), one.Children[0].Value) : (Text(step), null);
            switch (name)
            {
                case "read_delimited": format = Delimited(value as YamlMappingNode, field); break;
                case "read_json_lines": format = DataFormat.JsonLines; break;
                case "read_parquet": format = DataFormat.Parquet; break;
                case "keep_columns": keep.AddRange(Names(value)); break;
                case "drop_columns": drop.AddRange(Names(value)); break;
                // Types are found out from the data; that a column names files is known of pictures.
                case "convert_column_types": break;
                default: throw Unsupported(field, name);
            }
        }
        return new MlTable(paths, format, keep, drop);
    }

    private static DataFormat Delimited(YamlMappingNode? how, string field)
    {
        var format = DataFormat.CsvWithHeader;
        foreach (var (key, value) in how?.Children ?? Enumerable.Empty<KeyValuePair<YamlNode, YamlNode>>())
            switch (Text(key))
            {
                case "delimiter" when Text(value) is ",": break;
                case "encoding" when Text(value).ToLowerInvariant() is "utf8" or "utf-8" or "ascii": break;
                case "header" when Headers.Contains(Text(value)): break;
                case "header" when Text(value) is "no_header": format = DataFormat.Csv; break;
                case "empty_as_string" when Text(value).ToLowerInvariant() is "false": break;
                case "include_path_column" when Text(value).ToLowerInvariant() is "false": break;
                case "infer_column_types": break;
                case "support_multi_line": break;
                case var name: throw Unsupported(field, $"read_delimited with {name} '{Text(value)}'");
            }
        return format;
    }

    private static IEnumerable<string> Names(YamlNode? node) => node is YamlSequenceNode list ? list.Children.Select(Text) : node is null ? [] : [Text(node)];

    private static IEnumerable<YamlNode> List(YamlMappingNode map, string name) => map.Children.TryGetValue(new YamlScalarNode(name), out var node) && node is YamlSequenceNode list ? list.Children : [];

    private static string Text(YamlNode node) => node is YamlScalarNode scalar ? scalar.Value ?? "" : node.ToString();

    private static ArmFault Refused(string field, string why) => ArmFault.Invalid(field, FileName, why);

    private static ArmFault Unsupported(string field, string what) =>
        ArmFault.Unsupported($"{field}: the MLTable has {what}, which is not done here; read_delimited (commas, UTF-8), read_json_lines, read_parquet, keep_columns, drop_columns and convert_column_types are.", field);
}

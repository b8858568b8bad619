using System.Runtime.InteropServices;
using Google.Protobuf;
using Isobar.Engine.Onnx.Schema;

namespace Isobar.Engine.Onnx;

/// <summary>Builds an ONNX graph node by node. Opset 17 with ai.onnx.ml 3, IR 8: read by every runtime since 2022.</summary>
internal sealed class GraphBuilder(string name)
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string RuntimeDomain = "com.microsoft";

    private const string Rows = "N";

    private readonly GraphProto _graph = new() { Name = name };
    private int _names;

    /// <summary>Declares an input of shape [N, dims]; returns its name.</summary>
    public string Input(string name, TensorProto.Types.DataType type, params int[] dims)
    {
        // Several encodings may read the same column: one input feeds them all.
        if (_graph.Input.All(i => i.Name != name)) _graph.Input.Add(Value(name, type, [.. dims.Select(d => (long)d)]));
        return name;
    }

    /// <summary>Takes over what <paramref name="member"/> needs for one of its outputs, under fresh names; returns the output's new name.</summary>
    /// <param name="bind">What stands for the member's inputs here.</param>
    /// <param name="rows">How the number of the member's rows is called here, where it is not that of this graph.</param>
    public string Import(GraphProto member, IReadOnlyDictionary<string, string> bind, string output, string rows = Rows)
    {
        var makers = member.Node.SelectMany(n => n.Output.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n);
        var needed = new HashSet<string>();
        var open = new Stack<string>([output]);
        while (open.TryPop(out var value))
            if (needed.Add(value) && makers.TryGetValue(value, out var maker))
                foreach (var input in maker.Input) open.Push(input);
        var names = new Dictionary<string, string>(bind);
        foreach (var tensor in member.Initializer.Where(t => needed.Contains(t.Name)))
        {
            var copy = tensor.Clone();
            names[tensor.Name] = copy.Name = Fresh("const");
            _graph.Initializer.Add(copy);
        }
        // Nodes stand in the order of their evaluation: what one reads was named before.
        foreach (var node in member.Node.Where(n => n.Output.Any(needed.Contains)))
        {
            var copy = node.Clone();
            copy.Name = Fresh(node.OpType);
            for (var i = 0; i < copy.Input.Count; i++) copy.Input[i] = copy.Input[i].Length == 0 ? "" : names[copy.Input[i]];
            for (var i = 0; i < copy.Output.Count; i++) names[node.Output[i]] = copy.Output[i] = $"{copy.Name}_{i}";
            _graph.Node.Add(copy);
        }
        foreach (var info in member.ValueInfo.Where(v => needed.Contains(v.Name)))
        {
            var copy = info.Clone();
            copy.Name = names[info.Name];
            foreach (var dimension in copy.Type.TensorType.Shape.Dim.Where(d => d.DimParam == Rows)) dimension.DimParam = rows;
            _graph.ValueInfo.Add(copy);
        }
        return names[output];
    }

    /// <summary>Declares an output of shape [N, width], or [N] when width is null, under a stable name.</summary>
    public void Output(string value, string name, TensorProto.Types.DataType type, int? width)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = $"output_{name}", Input = { value }, Output = { name } });
        _graph.Output.Add(width is { } w ? Value(name, type, w) : Value(name, type));
    }

    public string Floats(float[] values, params long[] dims)
    {
        var tensor = new TensorProto { Name = Fresh("const"), DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.AddRange(dims);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Takes over a tensor of another graph under a fresh name.</summary>
    public string Tensor(TensorProto other)
    {
        var tensor = other.Clone();
        tensor.Name = Fresh("const");
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public string Longs(long[] values, params long[] dims)
    {
        var tensor = new TensorProto { Name = Fresh("const"), DataType = (int)TensorProto.Types.DataType.Int64, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
        tensor.Dims.AddRange(dims);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public string Strings(IEnumerable<string> values)
    {
        var tensor = new TensorProto { Name = Fresh("const"), DataType = (int)TensorProto.Types.DataType.String };
        tensor.StringData.AddRange(values.Select(ByteString.CopyFromUtf8));
        tensor.Dims.Add(tensor.StringData.Count);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a node of the standard domain with one output; returns the output's name.</summary>
    public string Add(string op, string[] inputs, params AttributeProto[] attributes) => Add("", op, inputs, 1, attributes)[0];

    /// <summary>Adds a node of the ai.onnx.ml domain with one output of floats, of shape [N, dims].</summary>
    public string AddMl(string op, string[] inputs, long[] dims, params AttributeProto[] attributes)
    {
        var output = Add("ai.onnx.ml", op, inputs, 1, attributes)[0];
        // Tools infer no shape through this domain: what follows would stay unknown to them.
        _graph.ValueInfo.Add(Value(output, TensorProto.Types.DataType.Float, dims));
        return output;
    }

    public string[] Add(string domain, string op, string[] inputs, int outputs, AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = op, Domain = domain, Name = Fresh(op) };
        node.Input.AddRange(inputs);
        var names = Enumerable.Range(0, outputs).Select(i => $"{node.Name}_{i}").ToArray();
        node.Output.AddRange(names);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return names;
    }

    public byte[] ToBytes()
    {
        var model = ToModel();
        // Texts are cut by an operator of ONNX Runtime itself; graphs without it stay readable everywhere.
        if (_graph.Node.Any(n => n.Domain == RuntimeDomain)) model.OpsetImport.Add(new OperatorSetIdProto { Domain = RuntimeDomain, Version = 1 });
        return model.ToByteArray();
    }

    private ModelProto ToModel() => new()
    {
        IrVersion = 8,
        ProducerName = "isobar",
        ProducerVersion = typeof(GraphBuilder).Assembly.GetName().Version!.ToString(3),
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 }, new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 3 } },
    };

    public static AttributeProto Attr(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };
    public static AttributeProto Attr(string name, float value) => new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };
    public static AttributeProto Attr(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };
    public static AttributeProto Attr(string name, IEnumerable<long> values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };
    public static AttributeProto Attr(string name, IEnumerable<float> values) => new() { Name = name, Floats = { values }, Type = AttributeProto.Types.AttributeType.Floats };
    public static AttributeProto Attr(string name, IEnumerable<string> values) => new() { Name = name, Strings = { values.Select(ByteString.CopyFromUtf8) }, Type = AttributeProto.Types.AttributeType.Strings };

    /// <summary>Inputs carry the columns' own names: the slash keeps the graph's inner names apart from them.</summary>
    private string Fresh(string stem) => $"isobar/{stem}_{_names++}";

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, params long[] dims)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = Rows } } };
        shape.Dim.AddRange(dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}

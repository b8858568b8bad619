using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using ListValue = Google.Protobuf.WellKnownTypes.ListValue;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary>The typed tensors of <c>directPredict</c> as JSON values, which is what containers are sent here, and back.</summary>
internal static class TensorJson
{
    public static Value Read(Tensor tensor, string field)
    {
        if (tensor.StructVal.Count > 0)
        {
            var fields = new Struct();
            foreach (var (name, part) in tensor.StructVal) fields.Fields[name] = Read(part, $"{field}.struct_val[{name}]");
            return Value.ForStruct(fields);
        }
        if (tensor.ListVal.Count > 0) return Value.ForList([.. tensor.ListVal.Select((t, i) => Read(t, $"{field}.list_val[{i}]"))]);
        if (!tensor.TensorVal.IsEmpty) throw Faults.Unimplemented($"{field}.tensor_val: serialized tensors are not taken here; give the typed values.");
        var items = Items(tensor);
        if (tensor.Shape.Count == 0) return items is [var only] ? only : Value.ForList([.. items]);
        if (tensor.Shape.Aggregate(1L, (a, b) => a * b) != items.Count) throw Faults.Invalid($"{field}.shape", string.Join(",", tensor.Shape), $"the shape of the {items.Count} values");
        var at = 0;
        return Nested(items, [.. tensor.Shape], 0, ref at);
    }

    public static Tensor Write(Value value)
    {
        switch (value.KindCase)
        {
            case Kind.NumberValue: return new Tensor { Dtype = Tensor.Types.DataType.Double, DoubleVal = { value.NumberValue } };
            case Kind.StringValue: return new Tensor { Dtype = Tensor.Types.DataType.String, StringVal = { value.StringValue } };
            case Kind.BoolValue: return new Tensor { Dtype = Tensor.Types.DataType.Bool, BoolVal = { value.BoolValue } };
            case Kind.StructValue:
                var named = new Tensor();
                foreach (var (name, part) in value.StructValue.Fields) named.StructVal[name] = Write(part);
                return named;
            case Kind.ListValue:
                var items = value.ListValue.Values;
                if (items.All(i => i.KindCase == Kind.NumberValue)) return new Tensor { Dtype = Tensor.Types.DataType.Double, Shape = { items.Count }, DoubleVal = { items.Select(i => i.NumberValue) } };
                if (items.All(i => i.KindCase == Kind.StringValue)) return new Tensor { Dtype = Tensor.Types.DataType.String, Shape = { items.Count }, StringVal = { items.Select(i => i.StringValue) } };
                return new Tensor { ListVal = { items.Select(Write) } };
            default: return new Tensor();
        }
    }

    private static List<Value> Items(Tensor tensor) =>
    [
        .. tensor.BoolVal.Select(Value.ForBool), .. tensor.StringVal.Select(Value.ForString), .. tensor.BytesVal.Select(b => Value.ForString(b.ToBase64())),
        .. tensor.FloatVal.Select(f => Value.ForNumber(f)), .. tensor.DoubleVal.Select(Value.ForNumber), .. tensor.IntVal.Select(i => Value.ForNumber(i)),
        .. tensor.Int64Val.Select(i => Value.ForNumber(i)), .. tensor.UintVal.Select(i => Value.ForNumber(i)), .. tensor.Uint64Val.Select(i => Value.ForNumber(i)),
    ];

    private static Value Nested(List<Value> items, long[] shape, int axis, ref int at)
    {
        if (axis == shape.Length) return items[at++];
        var list = new ListValue();
        for (var i = 0; i < shape[axis]; i++) list.Values.Add(Nested(items, shape, axis + 1, ref at));
        return new Value { ListValue = list };
    }
}

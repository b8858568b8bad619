using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving;

/// <summary>
/// A tensor in memory that is pinned and kept from request to request: <see cref="Reset(ReadOnlySpan{long})"/> gives it a shape, then its values are written.
/// Not safe for several threads at once.
/// </summary>
public sealed class NamedTensor : IDisposable
{
    private byte[] _bytes = [];
    private string[] _strings = [];
    private long[] _shape = [];
    private OrtValue? _value;

    internal NamedTensor(string name, TensorElementType type) => (Name, Type) = (name, type);

    /// <summary>The name in the graph.</summary>
    public string Name { get; }

    /// <summary>Type of the elements.</summary>
    public TensorElementType Type { get; private set; }

    /// <summary>Sizes by axis.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>Elements in all.</summary>
    public int Count { get; private set; }

    /// <summary>The first axis; 1 for a scalar.</summary>
    public int Rows => _shape.Length == 0 ? 1 : (int)_shape[0];

    /// <summary>Elements of one row.</summary>
    public int RowSize => Rows == 0 ? 0 : Count / Rows;

    /// <summary>Keys of the columns, where the graph gave maps; else null.</summary>
    public IReadOnlyList<string>? Labels { get; internal set; }

    /// <summary>Sets the shape. Values are kept only where the shape did not change; write them all.</summary>
    public void Reset(ReadOnlySpan<long> shape)
    {
        if (shape.SequenceEqual(_shape) && (_value is not null || Count > 0)) return;
        _value?.Dispose();
        _value = null;
        _shape = shape.ToArray();
        long count = 1;
        foreach (var size in shape) count = checked(count * size);
        Count = checked((int)count);
        if (Type == TensorElementType.String)
        {
            if (_strings.Length < Count) _strings = new string[Count];
        }
        else if (_bytes.Length < Count * ElementSize)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(64, checked(Count * ElementSize)), pinned: true);
        }
    }

    /// <summary>Sets the shape to [<paramref name="rows"/>, <paramref name="columns"/>].</summary>
    public void Reset(int rows, int columns) => Reset([rows, columns]);

    /// <summary>The values in row-major order. <typeparamref name="T"/> must be as wide as <see cref="Type"/>: <see cref="float"/>, <see cref="double"/>, <see cref="int"/>, <see cref="long"/>, <see cref="bool"/>, <see cref="Half"/>, …</summary>
    public Span<T> Values<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(0, Count * ElementSize));

    /// <summary>The values of a tensor of strings.</summary>
    public Span<string> Strings => _strings.AsSpan(0, Count);

    /// <summary>The bytes of the values.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, Type == TensorElementType.String ? 0 : Count * ElementSize);

    /// <summary>Bytes of one element; 0 for strings.</summary>
    public int ElementSize => SizeOf(Type);

    /// <summary>Reads an element of any numeric or boolean type as a number.</summary>
    public double Number(int index) => Type switch
    {
        TensorElementType.Float => Values<float>()[index],
        TensorElementType.Double => Values<double>()[index],
        TensorElementType.Int64 => Values<long>()[index],
        TensorElementType.Int32 => Values<int>()[index],
        TensorElementType.Float16 => (double)Values<Half>()[index],
        TensorElementType.Bool => Values<byte>()[index],
        TensorElementType.UInt8 => Values<byte>()[index],
        TensorElementType.Int8 => Values<sbyte>()[index],
        TensorElementType.Int16 => Values<short>()[index],
        TensorElementType.UInt16 => Values<ushort>()[index],
        TensorElementType.UInt32 => Values<uint>()[index],
        TensorElementType.UInt64 => Values<ulong>()[index],
        _ => double.NaN,
    };

    /// <summary>Writes a number into an element of any numeric or boolean type; false where the type cannot hold it.</summary>
    public bool TrySetNumber(int index, double value)
    {
        switch (Type)
        {
            case TensorElementType.Float: Values<float>()[index] = (float)value; return true;
            case TensorElementType.Double: Values<double>()[index] = value; return true;
            case TensorElementType.Float16: Values<Half>()[index] = (Half)value; return true;
            case TensorElementType.Bool: Values<byte>()[index] = value != 0 ? (byte)1 : (byte)0; return value is 0 or 1;
        }
        if (value != Math.Truncate(value)) return false;
        switch (Type)
        {
            case TensorElementType.Int64 when value is >= long.MinValue and <= long.MaxValue: Values<long>()[index] = (long)value; return true;
            case TensorElementType.Int32 when value is >= int.MinValue and <= int.MaxValue: Values<int>()[index] = (int)value; return true;
            case TensorElementType.Int16 when value is >= short.MinValue and <= short.MaxValue: Values<short>()[index] = (short)value; return true;
            case TensorElementType.Int8 when value is >= sbyte.MinValue and <= sbyte.MaxValue: Values<sbyte>()[index] = (sbyte)value; return true;
            case TensorElementType.UInt8 when value is >= 0 and <= byte.MaxValue: Values<byte>()[index] = (byte)value; return true;
            case TensorElementType.UInt16 when value is >= 0 and <= ushort.MaxValue: Values<ushort>()[index] = (ushort)value; return true;
            case TensorElementType.UInt32 when value is >= 0 and <= uint.MaxValue: Values<uint>()[index] = (uint)value; return true;
            case TensorElementType.UInt64 when value is >= 0 and <= ulong.MaxValue: Values<ulong>()[index] = (ulong)value; return true;
            default: return false;
        }
    }

    /// <summary>Bytes of one element of a type; 0 for strings.</summary>
    public static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Double or TensorElementType.Int64 or TensorElementType.UInt64 => 8,
        TensorElementType.Float or TensorElementType.Int32 or TensorElementType.UInt32 => 4,
        TensorElementType.Float16 or TensorElementType.BFloat16 or TensorElementType.Int16 or TensorElementType.UInt16 => 2,
        TensorElementType.Bool or TensorElementType.Int8 or TensorElementType.UInt8 => 1,
        _ => 0,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _value?.Dispose();
        _value = null;
    }

    /// <summary>Memory that is kept for the next shape.</summary>
    internal long HeldBytes => _bytes.Length + 32L * _strings.Length;

    internal void Retype(TensorElementType type)
    {
        if (type == Type) return;
        Dispose();
        Type = type;
        Count = 0;
    }

    /// <summary>The native value over this memory; it is kept while the shape stays.</summary>
    internal unsafe OrtValue Native()
    {
        if (Type == TensorElementType.String) return NativeStrings();
        return _value ??= OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, Type, _shape,
            (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes)), Count * ElementSize);
    }

    private OrtValue NativeStrings()
    {
        _value ??= OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, _shape);
        for (var i = 0; i < Count; i++)
            _value.StringTensorSetElementAt((_strings[i] ?? "").AsSpan(), i);
        return _value;
    }
}

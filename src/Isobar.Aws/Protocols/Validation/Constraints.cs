using System.Globalization;
using System.Text.RegularExpressions;

namespace Isobar.Aws.Protocols.Validation;

/// <summary>What a constraint is about: the member itself, or what a list or map holds.</summary>
internal enum On
{
    Member,
    Items,
    Keys,
}

/// <summary>A documented constraint of a wire record's member. Wording follows AWS's validation errors, which clients match on.</summary>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
internal abstract class ConstraintAttribute : Attribute
{
    public On On { get; init; }

    /// <summary>Adds what is wrong with the value, which is not null; nothing when all is well.</summary>
    public abstract void Check(object value, List<string> faults);
}

/// <summary>The member must be there.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RequiredAttribute : Attribute;

/// <summary>Characters of a string, or entries of a list or map.</summary>
internal sealed class LengthAttribute(int min, int max = int.MaxValue) : ConstraintAttribute
{
    public override void Check(object value, List<string> faults)
    {
        var length = value switch { string text => text.Length, System.Collections.ICollection many => many.Count, _ => min };
        if (length < min) faults.Add($"Member must have length greater than or equal to {min}");
        if (length > max) faults.Add($"Member must have length less than or equal to {max}");
    }
}

/// <summary>Bounds of a number, inclusive.</summary>
internal sealed class RangeAttribute(double min = double.NegativeInfinity, double max = double.PositiveInfinity) : ConstraintAttribute
{
    public override void Check(object value, List<string> faults)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number < min) faults.Add(string.Create(CultureInfo.InvariantCulture, $"Member must have value greater than or equal to {min}"));
        if (number > max) faults.Add(string.Create(CultureInfo.InvariantCulture, $"Member must have value less than or equal to {max}"));
    }
}

/// <summary>A regular expression that the whole value must match.</summary>
internal sealed class PatternAttribute(string pattern) : ConstraintAttribute
{
    private readonly Lazy<Regex> _regex = new(() => new Regex($@"\A(?:{Here(pattern)})\z", RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(500)));

    public Regex Regex => _regex.Value;

    public override void Check(object value, List<string> faults)
    {
        if (value is string text && !Fits(text)) faults.Add($"Member must satisfy regular expression pattern: {pattern}");
    }

    /// <summary>The models' patterns are Java's: POSIX classes, and code points beyond the basic plane written as pairs.</summary>
    private static string Here(string pattern) => pattern
        .Replace(@"\p{Alnum}", "A-Za-z0-9", StringComparison.Ordinal)
        .Replace(@"\uD800\uDC00-\uDBFF\uDFFF", @"\uD800-\uDFFF", StringComparison.Ordinal);

    private bool Fits(string text)
    {
        try
        {
            return Regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}

/// <summary>A documented set of values.</summary>
internal interface IAllowedValues
{
    static abstract IReadOnlyList<string> Values { get; }
}

/// <summary>The allowed values.</summary>
internal class OneOfAttribute(params string[] values) : ConstraintAttribute
{
    public override void Check(object value, List<string> faults)
    {
        if (value is string text && !values.Contains(text)) faults.Add($"Member must satisfy enum value set: [{string.Join(", ", values)}]");
    }
}

/// <summary>The allowed values, where a set is named.</summary>
internal sealed class OneOfAttribute<T>() : OneOfAttribute([.. T.Values]) where T : IAllowedValues;

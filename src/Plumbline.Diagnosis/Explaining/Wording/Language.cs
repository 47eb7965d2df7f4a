namespace Plumbline.Diagnosis.Explaining.Wording;

/// <summary>A language that explanations come in.</summary>
public enum Language
{
    /// <summary>English (en).</summary>
    English,

    /// <summary>Russian (ru).</summary>
    Russian,

    /// <summary>Chinese, simplified (zh).</summary>
    Chinese,
}

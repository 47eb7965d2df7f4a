namespace Plumbline.Ovsdb.Wire;

/// <summary>What a <see cref="JsonReader"/> stands on.</summary>
internal enum JsonToken
{
    None,
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    Name,
    Text,
    Number,
    True,
    False,
    Null,
}

from ses_event_records.values import BOUNCE_SUB_TYPES, BounceSubType, BounceType


def test_each_type_of_bounce_has_sub_types_and_each_sub_type_a_type():
    assert set(BOUNCE_SUB_TYPES) == set(BounceType)
    assert {each for found in BOUNCE_SUB_TYPES.values() for each in found} == set(BounceSubType)
    assert BounceSubType.UNDETERMINED not in BOUNCE_SUB_TYPES[BounceType.PERMANENT]
